using System.Net;
using Tasklight.Protocol;
using Tasklight.Sdk;

// A tool that waits for a person: agent.yaml says that refund needs an approval. When the model calls it, the task is paused, for hours if need
// be, and shows the call with its exact arguments. An approval is for that call, once; the reason of a rejection is what the model reads instead.
// This program plays the shop that pays the money back, asks you, and shows what becomes of it.
// The server needs a model (OPENAI_API_KEY, or another one in agent.yaml) and --fetch-allow 127.0.0.1, since the shop is on this machine.
// Set REFUNDS_URL=http://127.0.0.1:8700/refunds and make the agent; TASKLIGHT_AGENT_ID is the id that is shown: tasklight agents apply samples/21-approval-flow/agent.yaml
// Run: dotnet run --project samples/21-approval-flow -- [yes | no REASON]
using var shop = new HttpListener();
shop.Prefixes.Add((Environment.GetEnvironmentVariable("REFUNDS_URL") ?? throw new InvalidOperationException("Set REFUNDS_URL: http://127.0.0.1:8700/refunds, say.")) + "/");
shop.Start();
_ = SellAsync(shop);

var agent = await new Agents().GetAsync();
var task = await agent.CreateTaskAsync("Dana writes: the lamp of order A-17, 120 EUR, arrived broken. I want my money back.", eventsStreaming: true);
await foreach (var update in task.EventsAsync())
{
    if (Describe(update) is { } line)
    {
        Console.WriteLine(line);
    }

    if (update.AsTask() is { Status: AgentExecutionStatus.Paused } && (await task.ReloadAsync()).HitlRequest is { } asked)
    {
        await DecideAsync(task, asked, args);
    }
}

await task.ReloadAsync();
Console.WriteLine($"{task.Status}: {task.Result}");
return task.Status == AgentExecutionStatus.Completed ? 0 : 1;

static string? Describe(TaskUpdateEvent update) => update.Type switch
{
    TaskEventTypes.ToolCallRequest when update.AsToolCallRequest() is { } call => $"{call.ToolName} {call.Payload}",
    TaskEventTypes.ToolCallResult when update.AsToolCallResult() is { } result => $"{result.ToolName} {(result.IsError ? "failed" : "answered")} {result.Result}",
    _ when update.AsTask() is { Status: not AgentExecutionStatus.Executing } changed => $"{update.Type}: {changed.Status}",
    _ => null,
};

static async Task DecideAsync(AgentTask task, HumanInTheLoopRequest asked, string[] args)
{
    Console.WriteLine($"{asked.Title} {asked.Arguments}");
    Console.WriteLine("yes, or no and why:");
    var said = args.Length > 0 ? string.Join(' ', args) : Console.ReadLine() ?? "no";

    // Both carry the hash of the call that was shown: had the task come to wait for another one, they would be refused.
    await (said.Trim().ToUpperInvariant() is "YES" or "Y" ? task.ApproveAsync() : task.RejectAsync(new() { Reason = said.StartsWith("no ", StringComparison.Ordinal) ? said[3..] : null }));
}

// The shop, until the program ends. A call that is made again carries the same Idempotency-Key, so that a real one pays once.
static async Task SellAsync(HttpListener shop)
{
    while (true)
    {
        var call = await shop.GetContextAsync();
        using var body = new StreamReader(call.Request.InputStream);
        Console.WriteLine($"the shop pays back: {await body.ReadToEndAsync()}");
        call.Response.ContentType = "application/json";
        call.Response.Close("""{"refunded":true}"""u8.ToArray(), willBlock: false);
    }
}
