using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

// A task of several words gives each word to a sub-task and adds up what they answer. Stopping the task stops its sub-tasks. A parent that
// waits for its children holds its slot all the while: a worker needs a free slot for each level below, or parents fill them all and wait
// for children that nobody takes. Here two levels share six slots; give parents an agent, and so a worker, of their own when many come.
// Run: dotnet run --project samples/12-sub-tasks
await AgentWorker.RunAsync(async context =>
{
    var words = context.Task.Input.Text?.Split(' ') ?? [];
    if (words.Length < 2)
    {
        return $"{words.Sum(word => word.Length)}";
    }

    var lengths = await Task.WhenAll(words.Select((word, index) => AskAsync(context, word, index)));
    return $"{lengths.Sum()} letters in {lengths.Length} words";
});

static async Task<int> AskAsync(TaskContext context, string word, int index)
{
    var request = new CreateTaskRequest { Input = new() { Text = word }, ParentExecutionId = context.Task.Id, EventsStreaming = true };

    // The key makes a redelivered parent find its sub-tasks instead of making more.
    var key = $"{context.Task.Id} {context.Task.StartedAt:O} {index}";
    var task = await new Tasks(context.Task.Configuration).CreateAsync(context.Task.AgentId, request, idempotencyKey: key, ct: context.Cancelled);
    await foreach (var update in task.EventsAsync(context.Cancelled))
    {
        if (update.Type == TaskEventTypes.TaskFinished && update.AsTask() is { Status: AgentExecutionStatus.Completed, Result: { } length })
        {
            return int.Parse(length);
        }
    }

    throw new InvalidOperationException($"The sub-task for '{word}' did not complete.");
}
