using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// An update of a task, by presence: what is not set stays as it is (contract: task-object §3). Read from a small update or from a whole
/// saved task; a final save is never refused for its content, so what cannot be used is named in <see cref="Ignored"/> instead. Fields that
/// the server owns are passed over in silence.
/// </summary>
[JsonConverter(typeof(TaskPatchConverter))]
public sealed class TaskPatch
{
    /// <summary>A longer <see cref="InternalStatus"/> is cut to this many characters.</summary>
    public const int LongestInternalStatus = 255;

    /// <summary>The new status.</summary>
    public Optional<AgentExecutionStatus> Status { get; set; }

    /// <summary>The answer; null clears.</summary>
    public Optional<string?> Result { get; set; }

    /// <summary>The customer's status text; null clears.</summary>
    public Optional<string?> InternalStatus { get; set; }

    /// <summary>The cursor of a workflow; null clears.</summary>
    public Optional<string?> LastExecutedNodeId { get; set; }

    /// <summary>Read from <c>payload_extension</c> and <c>tool_call_payload_extension</c>; null clears.</summary>
    public Optional<JsonElement?> PayloadExtension { get; set; }

    /// <summary>Added to the system prompt; null clears.</summary>
    public Optional<string?> AdditionalContext { get; set; }

    /// <summary>Extra instructions; null clears.</summary>
    public Optional<string?> InstructionsOverride { get; set; }

    /// <summary>What a good answer contains; null clears.</summary>
    public Optional<string?> ExpectedOutput { get; set; }

    /// <summary>The form wanted for the result; null clears.</summary>
    public Optional<OutputFormat?> OutputFormat { get; set; }

    /// <summary>A JSON schema for the result; null clears.</summary>
    public Optional<JsonElement?> OutputSchema { get; set; }

    /// <summary>The voice; null clears.</summary>
    public Optional<string?> VoiceId { get; set; }

    /// <summary>Where the task came from.</summary>
    public Optional<string> Source { get; set; }

    /// <summary>A short name.</summary>
    public Optional<string> Title { get; set; }

    /// <summary>MCP servers; a masked or null secret in one means: as stored.</summary>
    public Optional<IReadOnlyList<MCPServerDetails>> McpServers { get; set; }

    /// <summary>How hard to think.</summary>
    public Optional<ThinkMode> ThinkMode { get; set; }

    /// <summary>Name attached files without fetching them.</summary>
    public Optional<bool> DisableAttachmentInjection { get; set; }

    /// <summary>A workflow wants the metrics.</summary>
    public Optional<bool> ReturnMetrics { get; set; }

    /// <summary>Tokens used.</summary>
    public Optional<Tokens> Tokens { get; set; }

    /// <summary>Names of the tools used.</summary>
    public Optional<IReadOnlyList<string>> UsedTools { get; set; }

    /// <summary>Seconds.</summary>
    public Optional<double> Duration { get; set; }

    /// <summary>Replaces the whole plan.</summary>
    public Optional<DeepPlanning> DeepPlanning { get; set; }

    /// <summary>Set or cleared by PATCH only when a PATCH made it; the server's own approvals change by their own routes.</summary>
    public Optional<HumanInTheLoopRequest?> HitlRequest { get; set; }

    /// <summary>As <see cref="HitlRequest"/>.</summary>
    public Optional<PendingECARequest?> PendingEcaRequest { get; set; }

    /// <summary>The parent; can be set once, from null.</summary>
    public Optional<string> ParentExecution { get; set; }

    /// <summary>Secret. Null and the mask count as not given.</summary>
    public Optional<string> UserOidcToken { get; set; }

    /// <summary>Secret. Null, the mask, and an object that holds the mask anywhere, count as not given.</summary>
    public Optional<JsonElement> UserTokens { get; set; }

    /// <summary>Counts only from a writer that shows a lease.</summary>
    public Optional<int> ExecutionAttempts { get; set; }

    /// <summary>Never written to the task: says which run a whole-task save belongs to.</summary>
    public Optional<DateTimeOffset?> StartedAt { get; set; }

    /// <summary>The body was a whole task: it carried <c>id</c>, <c>agent_id</c> and <c>created_at</c>.</summary>
    public bool IsFullObject { get; internal set; }

    /// <summary>Names of settable fields whose value could not be used, for the header <see cref="TasklightHeaders.Ignored"/>.</summary>
    public IReadOnlyList<string> Ignored { get; internal set; } = [];

    /// <summary>The body said nothing but a status (and perhaps the source).</summary>
    public bool IsStatusOnly { get; internal set; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ProtocolException">
    /// The body is no JSON object (malformed: 400), or <c>status</c> is none of the seven words (422). Nothing else is refused.
    /// </exception>
    public static TaskPatch Parse(ReadOnlyMemory<byte> utf8) => TaskPatchReader.Read(utf8);
}
