using Microsoft.Extensions.DependencyInjection;
using Tasklight.Worker;

namespace Readme;

/// <summary>The worker of the README inside a host.</summary>
internal static class HostedWorker
{
    public static void Add(IServiceCollection services)
    {
        #region README hosted worker
        services.AddTasklightWorker(options => options.MaxConcurrency = 20)
            .OnTask(async (task, ct) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
                task.Result = "Done.";
                return task;
            });
        #endregion
    }
}
