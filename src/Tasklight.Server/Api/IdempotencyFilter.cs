using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>
/// Answers a repeated request that shows the same idempotency key with the first one's answer. For routes that change no task: commands
/// for tasks carry their key into the task's own commit instead.
/// </summary>
sealed class IdempotencyFilter(Replays replays, LimitOptions limits) : IEndpointFilter
{
    readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!http.Request.Headers.ContainsKey(TasklightHeaders.IdempotencyKey))
        {
            return await next(context);
        }

        using var body = await RequestBody.ReadAsync(http, limits.Create);
        var key = Idempotency.Of(http, body)!;
        http.Request.Body = new MemoryStream(body.Bytes.ToArray(), writable: false);

        var organization = http.Caller().Organization;
        var place = $"{organization}\n{key.Scope}\n{key.Key}";
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (_running.GetOrAdd(place, done.Task) is var first && first != done.Task)
        {
            await first.WaitAsync(http.RequestAborted);
        }

        try
        {
            return await replays.FindAsync(organization, key, http.RequestAborted) is { } earlier
                ? replays.Answer(http, earlier, key.BodyHash)
                : await RunAsync(context, next, organization, key);
        }
        finally
        {
            _running.TryRemove(place, out _);
            done.SetResult();
        }
    }

    async ValueTask<object?> RunAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, string organization, IdempotencyKey key)
    {
        var http = context.HttpContext;
        var real = http.Features.Get<IHttpResponseBodyFeature>()!;
        using var written = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(written));
        try
        {
            if (await next(context) is IResult result)
            {
                await result.ExecuteAsync(http);
            }

            await http.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            http.Features.Set(real);
        }

        var answer = written.ToArray();
        var status = http.Response.StatusCode;
        if (status is >= 200 and < 300)
        {
            await replays.KeepAsync(organization, key, key.BodyHash, status, answer);
        }

        return answer.Length == 0 ? Results.StatusCode(status) : Answers.Json(answer, status);
    }
}
