using Tasklight.Protocol;
using Tasklight.Sdk;

// A supervisor and two sub-agents: to the supervisor's model they are tools, and each call is a task of its own, with its own record, beneath the
// supervisor's. Both run side by side; a stop and the budget reach the whole tree. This program asks the supervisor, and shows
// who was asked what and answered what.
// The server needs a model: start it with OPENAI_API_KEY set, or name another one in agent.yaml.
// Make the three agents; TASKLIGHT_AGENT_ID is the id that is shown of decision-supervisor: tasklight agents apply samples/22-supervisor/agent.yaml
// Run: dotnet run --project samples/22-supervisor -- "Should we move the office to the countryside?"
var agent = await new Agents().GetAsync();
var task = await agent.CreateTaskAsync(args is [var question] ? question : "Should we move the office to the countryside?", eventsStreaming: true);

await foreach (var update in task.EventsAsync())
{
    if (Describe(update) is { } line)
    {
        Console.WriteLine(line);
    }
}

await task.ReloadAsync();
foreach (var id in task.SubExecutions)
{
    var part = await AgentTask.LoadAsync(id);
    Console.WriteLine($"{(await new Agents().GetAsync(part.AgentId)).Name}, {part.Status}: {part.Result}");
}

Console.WriteLine($"{agent.Name}, {task.Status}: {task.Result}");
Console.WriteLine($"completion tokens: {task.Usage?.CompletionTokens ?? 0} of the supervisor, {task.Usage?.Tree.CompletionTokens ?? 0} of all");
return task.Status == AgentExecutionStatus.Completed ? 0 : 1;

static string? Describe(TaskUpdateEvent update) => update.Type switch
{
    TaskEventTypes.ToolCallRequest when update.AsToolCallRequest() is { } call => $"{call.ToolName} {call.Payload}",
    TaskEventTypes.ToolCallResult when update.AsToolCallResult() is { } result => $"{result.ToolName} {(result.IsError ? "failed" : "answered")}",
    TaskEventTypes.SubAgentTrigger when update.AsSubAgentTrigger() is { } trigger => $"a task of its own: {trigger.Query}",
    _ when update.AsTask() is { Status: not AgentExecutionStatus.Executing } changed => $"{update.Type}: {changed.Status}",
    _ => null,
};
