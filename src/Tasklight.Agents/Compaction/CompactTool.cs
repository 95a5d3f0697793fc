using System.Text.Json;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Compaction;

/// <summary>Lets the model have its session summarised. The call itself only asks for it: it is done when all calls of the answer have ended.</summary>
internal sealed class CompactTool : RuntimeTool
{
    public const string ToolName = "compact_session";

    private const string Focus = "focus";

    public override string Name => ToolName;

    public override string Description =>
        "Summarises the conversation so far to make room, for instance before a new part of a long piece of work. What is not in the summary is forgotten.";

    public override JsonElement Parameters { get; } = JsonElement.Parse(
        """{"type":"object","properties":{"focus":{"type":"string","description":"What the summary must keep in detail."}}}""");

    public override ToolEvents Events => ToolEvents.None;

    public static string? FocusOf(ToolCall call) =>
        call.Arguments.ValueKind == JsonValueKind.Object && call.Arguments.TryGetProperty(Focus, out var focus) && focus.ValueKind == JsonValueKind.String ? focus.GetString() : null;

    public override ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct) => ValueTask.FromResult(ToolOutcome.Text("The conversation is summarised now."));
}
