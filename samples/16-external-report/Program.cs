using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

// Records a run that happened outside Tasklight, so that it is listed, counted and read like every other. The same id again changes the
// record instead of making a second one.
// Run: dotnet run --project samples/16-external-report
var backend = new Backend();
var run = new ReportTaskRequest
{
    Id = $"nightly-{Guid.NewGuid()}",
    Input = "What is 2 + 2?",
    LlmResponse = JsonElement.Parse("""{"model":"some-model","answer":"5"}"""),
    Tokens = new() { PromptTokens = 8, CompletionTokens = 1 },
    IsSuccess = false,
    Result = "5",
    Duration = 1.5,
    UsedTools = ["calculator"],
};
var reported = await backend.ReportExternalTaskAsync(run);
Console.WriteLine($"reported: {reported.Status}, {reported.Result}, {reported.Tokens?.TotalTokens} tokens, {reported.Duration} s, {string.Join(", ", reported.UsedTools)}");

(run.IsSuccess, run.Result) = (true, "4");
var corrected = await AgentTask.ReportExternalTaskAsync(reported.AgentId, run);
Console.WriteLine($"corrected: {corrected.Status}, {corrected.Result}, {(corrected.Id == reported.Id ? "the same record" : "another record")}");
