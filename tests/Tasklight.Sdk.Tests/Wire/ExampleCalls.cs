using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;

namespace Tasklight.Sdk.Tests.Wire;

/// <summary>For each example request of the contract the call that must send it.</summary>
internal static class ExampleCalls
{
    public const string Agent = "0f6f7c1a-3c2b-4a54-8f5d-6f1b2d9a7c01";
    public const string TaskId = "9d2b6a54-1f0e-4c8b-8a39-7c5d2e1f0a11";
    public const string Organization = "5b1f2c9e-6a1d-4b55-9d7e-0c2f4a7d1e10";

    /// <summary>Requests that other callers send, and why the SDK does not.</summary>
    public static IReadOnlyDictionary<string, string> OfOthers { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["save-artefacts-request"] = "what the baseline client makes of keys that were left out; this one sends null and []",
        ["worker-heartbeat"] = "the worker library",
        ["worker-capacity"] = "the worker library, which tells the end of each run instead",
        ["rest-invoke-sync"] = "REST, which the SDK does not call to invoke an agent",
    };

    public static IReadOnlyDictionary<string, Func<SdkMode, Configuration, Task>> All { get; } = new Dictionary<string, Func<SdkMode, Configuration, Task>>(StringComparer.Ordinal)
    {
        ["create-task-request"] = (mode, configuration) =>
            mode.CreateAsync(new Tasks(configuration), Agent, "Summarise the attached report", ["https://files.example.com/q3.csv"], eventsStreaming: true),
        ["update-task-request"] = (mode, configuration) =>
            mode.UpdateAsync(new Tasks(configuration), TaskId, new UpdateTaskRequest { Source = "sdk", Status = AgentExecutionStatus.Executing }),
        ["update-task-payload-extension"] = (mode, configuration) => mode.UpdateAsync(
            new Tasks(configuration),
            TaskId,
            new UpdateTaskRequest { ToolCallPayloadExtension = JsonElement.Parse("""{"body_params": {"tenant": "acme"}}"""), LastExecutedNodeId = "node-3" }),
        ["stop-task"] = (mode, configuration) => mode.StopAsync(new Tasks(configuration), TaskId),
        ["list-agent-tasks"] = (mode, configuration) =>
            mode.ListAsync(new Tasks(configuration), Agent, new TaskFilters { Status = AgentExecutionStatus.Completed }),
        ["report-external-task"] = (mode, configuration) => mode.ReportExternalTaskAsync(Agent, Report(), configuration),
        ["report-metrics-request"] = async (mode, configuration) =>
        {
            var task = await mode.GetAsync(new Tasks(configuration), TaskId);
            // The baseline always says 0, whatever the task says.
            (task.UsedTools, task.Duration) = (["fetch_csv"], 0);
            await mode.ReportMetricsAsync(task);
        },
        ["push-events-request"] = async (mode, configuration) =>
        {
            var task = await mode.GetAsync(new Tasks(configuration), TaskId);
            await mode.PushAsync(task, new TaskUpdateEvent
            {
                Type = TaskEventTypes.AuthEvent,
                TaskId = TaskId,
                OrganizationId = Organization,
                Time = new DateTimeOffset(2026, 5, 13, 10, 12, 9, TimeSpan.Zero),
                Data = JsonElement.Parse("""{"type": "token_ready", "data": {"access_token": "REDACTED"}}"""),
            });
        },
    };

    private static ReportTaskRequest Report() => new()
    {
        Id = "ext-job-9921",
        Input = "Nightly import",
        LlmResponse = JsonElement.Parse("""{"model": "local", "content": "done"}"""),
        Tokens = new() { CompletionTokens = 100, PromptTokens = 25 },
        IsSuccess = true,
        Result = "500 rows",
        Duration = 1.8,
        UsedTools = ["csv_reader"],
    };
}
