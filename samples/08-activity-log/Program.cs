using Tasklight.Protocol;
using Tasklight.Sdk;

// What happened in a task, for people to read: messages, tool calls, thoughts, sub-agents and logins, in order, and a summary of them.
// Run, with a worker beside it: dotnet run --project samples/08-activity-log [-- ID-OF-A-TASK]
var task = args is [var id]
    ? await AgentTask.LoadAsync(id)
    : await (await new Agents().GetAsync()).CreateTaskAsync("How many words are in this question?");
await task.WaitForCompletionAsync();

var log = await task.GetActivityLogAsync();
foreach (var entry in log.Messages)
{
    Console.WriteLine($"{(entry.CreatedAt - log.CreatedAt).TotalSeconds,7:0.000} s  {Describe(entry)}");
}

var calls = log.Messages.OfType<AgentActivityThreadToolCall>().ToList();
Console.WriteLine($"{log.Messages.OfType<AgentActivityThreadMessage>().Count()} messages, {calls.Count} tool calls, {calls.Count(call => call.IsError)} of them failed");
Console.WriteLine($"tools: {string.Join(", ", calls.CountBy(call => call.ToolName).Select(tool => $"{tool.Key} ({tool.Value})"))}");
Console.WriteLine($"tokens: {task.Tokens?.TotalTokens ?? 0}");

static string Describe(AgentActivityThreadEntry entry) => entry switch
{
    AgentActivityThreadMessage message => $"{message.Role}: {message.Content.Text}",
    AgentActivityThreadToolCall call => $"tool {call.ToolName} {call.Payload} {(call.IsError ? "failed" : "answered")} {call.Result}",
    AgentActivityThreadReasoning thought => $"{thought.Type}: {thought.Title} {thought.Thought}{thought.Analysis}",
    AgentActivityThreadSubAgentTrigger asked => $"asked agent {asked.AgentId}: {asked.Query}",
    AgentActivityThreadAuth login => $"login: {login.Type}",
    _ => entry.GetType().Name,
};
