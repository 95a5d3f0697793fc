using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Agents.Session;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tests.Session;

/// <summary>A session, step by step: <c>new SessionBuilder().Turn("Add").Calls(("a", "add", "{}")).Result("a", "3").Answer("3")</c>.</summary>
internal sealed class SessionBuilder
{
    private readonly List<Step> _steps = [];

    public IReadOnlyList<Step> Steps => _steps;

    public AgentSession Session => new(_steps);

    public SessionBuilder Turn(string text, string turn = "2026-05-13", int retry = 0) =>
        Add(SessionStepKinds.Turn, new TurnStep { Text = text, Turn = turn, Retry = retry }, SessionJson.Default.TurnStep);

    public SessionBuilder Answer(string text, long prompt = 0, long completion = 0, string? finish = null) => Add(
        SessionStepKinds.Model,
        new ModelStep { Model = "openai/gpt-4o", Text = text, PromptTokens = prompt, CompletionTokens = completion, FinishReason = finish },
        SessionJson.Default.ModelStep);

    public SessionBuilder Calls(params (string Id, string Tool, string Arguments)[] calls) => Calls([.. calls.Select(call => (call.Id, call.Tool, call.Arguments, (string?)null))]);

    public SessionBuilder Calls(params (string Id, string Tool, string Arguments, string? Origin)[] calls) => Add(
        SessionStepKinds.Model,
        new ModelStep
        {
            Model = "openai/gpt-4o",
            Calls = [.. calls.Select(call => new ToolCall { Id = call.Id, Name = call.Tool, Origin = call.Origin, Arguments = JsonElement.Parse(call.Arguments) })],
        },
        SessionJson.Default.ModelStep);

    public SessionBuilder Result(string call, string text, bool isError = false, bool isParked = false) => Add(
        SessionStepKinds.ToolResult,
        new ToolResultStep { CallId = call, Result = JsonSerializer.SerializeToElement(text), IsError = isError, Parked = isParked },
        SessionJson.Default.ToolResultStep);

    public SessionBuilder Started(string call) => Add(SessionStepKinds.ToolStarted, new ToolStartedStep { CallId = call }, SessionJson.Default.ToolStartedStep);

    public SessionBuilder Decided(ApprovalStep approval) => Add(SessionStepKinds.Approval, approval, ProtocolJson.Default.ApprovalStep);

    public SessionBuilder Note(string reason, string? text = null, string? call = null) =>
        Add(SessionStepKinds.Note, new NoteStep { Reason = reason, Text = text, CallId = call }, SessionJson.Default.NoteStep);

    public SessionBuilder Summary(string prompt, string notes) => Add(
        SessionStepKinds.Summary,
        new SummaryStep { NewTaskPrompt = prompt, TaskContext = notes, Progress = Session.Progress },
        SessionJson.Default.SummaryStep);

    public SessionBuilder Other(string kind) => Add(new Step(_steps.Count + 1, kind, JsonElement.Parse("7")));

    private SessionBuilder Add<T>(string kind, T data, JsonTypeInfo<T> type) => Add(new Step(_steps.Count + 1, kind, JsonSerializer.SerializeToElement(data, type)));

    private SessionBuilder Add(Step step)
    {
        _steps.Add(step);
        return this;
    }
}
