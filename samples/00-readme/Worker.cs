using Tasklight.Worker;

namespace Readme;

/// <summary>The worker of the README.</summary>
internal static class Worker
{
    public static async Task RunAsync()
    {
        #region README worker
        await AgentWorker.RunAsync(async context =>
        {
            await context.ChunkAsync("Thinking… ");
            return $"You said: {context.Task.Input.Text}";
        });
        #endregion
    }
}
