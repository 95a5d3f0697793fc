using Tasklight.Protocol;
using Tasklight.Worker;

// A handler that yields what it does as events. Whoever follows the task sees each word when it is there; its own end carries the result.
// Run: dotnet run --project samples/10-streaming-handler
await AgentWorker.RunAsync(RepeatAsync);

static async IAsyncEnumerable<TaskUpdateEvent> RepeatAsync(TaskContext context)
{
    var words = context.Task.Input.Text?.Split(' ') ?? [];
    foreach (var word in words)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50), context.Cancelled);
        yield return context.Chunk(word + " ");
    }

    yield return context.Finished(new { Words = words.Length });
}
