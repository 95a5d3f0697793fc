using Tasklight.Protocol;
using Tasklight.Sdk;

// Watches a task while it runs. The stream outlives broken connections, shows each event once and ends with the task; types that are
// not known yet come too.
// Run, with a worker beside it: dotnet run --project samples/03-streaming
var agent = await new Agents().GetAsync();
var task = await agent.CreateTaskAsync("How many words are in this question?", eventsStreaming: true);

await foreach (var update in task.EventsAsync())
{
    Console.WriteLine($"{update.Type}: {Describe(update)}");
}

static string Describe(TaskUpdateEvent update) => update.Type switch
{
    TaskEventTypes.Chunk => update.AsChunk() ?? "",
    TaskEventTypes.ToolCallRequest when update.AsToolCallRequest() is { } call => $"{call.ToolName} {call.Payload}",
    TaskEventTypes.ToolCallResult when update.AsToolCallResult() is { } result => $"{result.ToolName} {(result.IsError ? "failed" : "answered")} {result.Result}",
    TaskEventTypes.PlanUpdated when update.AsPlan() is { } plan => string.Join(", ", plan.Tasks.Select(item => $"{(item.Completed ? "[x]" : "[ ]")} {item.Title}")),
    _ when update.AsTask() is { } changed => $"{changed.Status} {changed.Result}".TrimEnd(),
    _ => $"{update.Data}",
};
