using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

// Figures out of a PDF: the file is uploaded and attached, the model gets it as it is, and its answer is checked against the output_schema of
// agent.yaml. One that does not fit goes back to the model with what is wrong, twice; then the task fails with the violations. So what is read
// here has the shape that was asked for.
// The server needs a model that reads PDF files: start it with OPENAI_API_KEY set, or name another one in agent.yaml.
// Make the agent; TASKLIGHT_AGENT_ID is the id that is shown: tasklight agents apply samples/23-pdf-extraction/agent.yaml
// Run: dotnet run --project samples/23-pdf-extraction -- [invoice.pdf]
var agent = await new Agents().GetAsync();
var file = await new Files().UploadAsync(args is [var path] ? path : Path.Combine(AppContext.BaseDirectory, "invoice.pdf"));
var task = await agent.CreateTaskAsync("What does this invoice say?", [file.Url], eventsStreaming: true);

await foreach (var update in task.EventsAsync())
{
    if (update.AsTask() is { Status: not AgentExecutionStatus.Executing } changed)
    {
        Console.WriteLine($"{update.Type}: {changed.Status}");
    }
}

await task.ReloadAsync();
if (task.Status != AgentExecutionStatus.Completed)
{
    Console.WriteLine($"{task.Status}: {task.Result}");
    return 1;
}

var invoice = JsonElement.Parse(task.Result!);
Console.WriteLine($"{invoice.GetProperty("number")} of {invoice.GetProperty("seller")}, {invoice.GetProperty("date")}");
foreach (var line in invoice.GetProperty("lines").EnumerateArray())
{
    Console.WriteLine($"{line.GetProperty("amount").GetDecimal(),10:0.00}  {line.GetProperty("text")}");
}

Console.WriteLine($"{invoice.GetProperty("total").GetDecimal(),10:0.00}  total {invoice.GetProperty("currency")}");
return 0;
