using Tasklight.Protocol;
using Tasklight.Sdk;

// A research assistant without a worker of its own: agent.yaml gives it a model, an MCP server to look things up with, and a plan that it is
// held to. The server runs it. This program asks, and shows the plan and the tools while they are worked off.
// The server needs a model: start it with OPENAI_API_KEY set, or name another one in agent.yaml. Any MCP server over streamable HTTP will do;
// that of Microsoft's documentation, https://learn.microsoft.com/api/mcp, wants no key. One on this machine needs --fetch-allow 127.0.0.1.
// Set RESEARCH_MCP_URL and make the agent; TASKLIGHT_AGENT_ID is the id that is shown: tasklight agents apply samples/20-research-assistant/agent.yaml
// Run: dotnet run --project samples/20-research-assistant -- "What is new about extension members in C# 14?"
var agent = await new Agents().GetAsync();
var task = await agent.CreateTaskAsync(args is [var question] ? question : "What is new about extension members in C# 14?", eventsStreaming: true);
Console.WriteLine($"created task {task.Id}");

await foreach (var update in task.EventsAsync())
{
    if (Describe(update) is { } line)
    {
        Console.WriteLine(line);
    }
}

await task.ReloadAsync();
Console.WriteLine($"{task.Status}: {task.Result}");
Console.WriteLine($"{task.Usage?.ToolCalls ?? 0} tool calls, used {string.Join(", ", task.UsedTools)}");
return task.Status == AgentExecutionStatus.Completed ? 0 : 1;

static string? Describe(TaskUpdateEvent update) => update.Type switch
{
    TaskEventTypes.PlanUpdated when update.AsPlan() is { } plan => $"plan{(plan.Started ? "" : " drafted")}: {string.Join(", ", plan.Tasks.Select(item => $"{(item.Completed ? "[x]" : "[ ]")} {item.Title}"))}",
    TaskEventTypes.ToolCallRequest when update.AsToolCallRequest() is { } call => $"{call.ToolName} {call.Payload}",
    TaskEventTypes.ToolCallResult when update.AsToolCallResult() is { } result => $"{result.ToolName} {(result.IsError ? "failed" : "answered")}: {Beginning($"{result.Result}")}",
    _ => null,
};

static string Beginning(string text) => text.Length <= 100 ? text : text[..100] + "…";
