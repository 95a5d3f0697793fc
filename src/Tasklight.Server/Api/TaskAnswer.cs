using Tasklight.Server.Access;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>A whole Task object. Its secrets are in clear only on the SDK surface, for callers with scope worker (design law 8).</summary>
sealed class TaskAnswer(TaskRecord task) : IResult
{
    public TaskRecord Task => task;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var writer = httpContext.RequestServices.GetRequiredService<TaskWriter>();
        using var buffer = new PooledBuffer();
        writer.Render(task, MaySeeSecrets(httpContext), buffer);
        await Answers.WriteAsync(httpContext, StatusCodes.Status200OK, buffer.Written);
    }

    bool MaySeeSecrets(HttpContext context) => task.Secrets is not null && !Surface.IsRest(context) && context.Caller().Has(Scope.Worker);
}
