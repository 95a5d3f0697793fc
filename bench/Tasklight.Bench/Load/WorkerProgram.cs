using Tasklight.Worker;

namespace Tasklight.Bench.Load;

/// <summary>
/// The worker library in a process of its own, with the smallest handler there is. Writes the id of each task whose end the server has; a line
/// on the standard input is answered with the live bytes of the heap; the end of the input ends it.
/// </summary>
static class WorkerProgram
{
    public const string Live = "live ";

    static readonly string Result = new('r', 200);

    public static async Task RunAsync(string url, string key, string organization, string agent, int slots)
    {
        var options = new WorkerOptions
        {
            Configuration = new() { BaseUrl = url, ApiKey = key, OrganizationId = organization, AgentId = agent },
            MaxConcurrency = slots,
        };
        using var ended = new EndedTasks(Console.OpenStandardOutput());
        using var leave = new CancellationTokenSource();
        var working = new AgentWorker(options, ended).OnTask(static (_, _) => Task.FromResult(Result)).RunAsync(leave.Token);
        while (await Console.In.ReadLineAsync() is not null)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            ended.Say($"{Live}{GC.GetTotalMemory(forceFullCollection: true)}");
        }

        await leave.CancelAsync();
        await working;
    }
}
