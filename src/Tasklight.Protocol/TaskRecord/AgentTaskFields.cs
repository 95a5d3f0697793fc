using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// A task as it crosses the wire (contract: task-object §1); the properties stand in wire order and every key is always written unless
/// its property says otherwise. There is no <c>configuration</c>: the key breaks the baseline client. What the lists and nested objects
/// hold is treated as immutable: replace them, never change them.
/// </summary>
public class AgentTaskFields
{
    /// <summary>The task's id, which is also the id of its thread: a later turn keeps it.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>The agent that does the work.</summary>
    public string AgentId { get; set => field = value ?? ""; } = "";

    /// <summary>The organization that owns the task.</summary>
    public string OrganizationId { get; set => field = value ?? ""; } = "";

    /// <summary>What is asked for in the current turn; never null.</summary>
    public AgentExecutionInput Input { get; set => field = value ?? new(); } = new();

    /// <summary>Where the current turn is; pending at first.</summary>
    public AgentExecutionStatus Status { get; set; }

    /// <summary>The customer's own status text, at most 255 characters.</summary>
    public string? InternalStatus { get; set; }

    /// <summary>The cursor of a workflow.</summary>
    public string? LastExecutedNodeId { get; set; }

    /// <summary>The agent version asked for at create, as text; null = the current one.</summary>
    public string? AgentVersion { get; set; }

    /// <summary>When the record was made, not the turn.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When a worker began this turn.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the task was last paused.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>When this turn ended; set if and only if the status is terminal.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When the record last changed.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? UpdatedAt { get; set; }

    /// <summary>The answer: text, or JSON text for <see cref="OutputFormat.Json"/>.</summary>
    public string? Result { get; set; }

    /// <summary>The parent task's id.</summary>
    public string? ParentExecution { get; set; }

    /// <summary>The ids of child tasks; never null.</summary>
    public IReadOnlyList<string> SubExecutions { get; set => field = value ?? []; } = [];

    /// <summary>The ids of child tasks that have ended; never null.</summary>
    public IReadOnlyList<string> FinishedSubExecutions { get; set => field = value ?? []; } = [];

    /// <summary>True after a stop.</summary>
    public bool IsManuallyStopped { get; set; }

    /// <summary>An object merged into the payload of every tool call.</summary>
    public JsonElement? PayloadExtension { get; set; }

    /// <summary>What a person is asked to decide.</summary>
    public HumanInTheLoopRequest? HitlRequest { get; set; }

    /// <summary>A login the task waits for.</summary>
    public PendingECARequest? PendingEcaRequest { get; set; }

    /// <summary>Where the task came from: sdk, api, webhook … Never null on a task given to a worker.</summary>
    public string? Source { get; set; }

    /// <summary>The worker that holds the task, else the one it was pinned to at create.</summary>
    public string? WorkerId { get; set; }

    /// <summary>The voice for voice output.</summary>
    public string? VoiceId { get; set; }

    /// <summary>The form wanted for the result; null = the agent's.</summary>
    public OutputFormat? OutputFormat { get; set; }

    /// <summary>A JSON schema for the result.</summary>
    public JsonElement? OutputSchema { get; set; }

    /// <summary>Whether clients may stream the task's events; the baseline client refuses to when false.</summary>
    public bool EventsStreaming { get; set; }

    /// <summary>The agent is a workflow.</summary>
    public bool IsOrchestration { get; set; }

    /// <summary>Added to the system prompt.</summary>
    public string? AdditionalContext { get; set; }

    /// <summary>Extra instructions for this run.</summary>
    public string? InstructionsOverride { get; set; }

    /// <summary>Workflow tests only.</summary>
    public string? TestRunNodeId { get; set; }

    /// <summary>Secret: in clear only for keys with scope worker, otherwise null or <see cref="SecretMask.Text"/>.</summary>
    public string? UserOidcToken { get; set; }

    /// <summary>What a good answer contains.</summary>
    public string? ExpectedOutput { get; set; }

    /// <summary>MCP servers of this task, besides the agent's; never null.</summary>
    public IReadOnlyList<MCPServerDetails> McpServers { get; set => field = value ?? []; } = [];

    /// <summary>The agent that started the task.</summary>
    public string? TriggeringAgentId { get; set; }

    /// <summary>A short name; pages derive one from the prompt when null.</summary>
    public string? Title { get; set; }

    /// <summary>How hard to think.</summary>
    public ThinkMode ThinkMode { get; set; }

    /// <summary>Name attached files in the prompt without fetching them.</summary>
    public bool DisableAttachmentInjection { get; set; }

    /// <summary>Secret: in clear only for keys with scope worker, otherwise null.</summary>
    public JsonElement? UserTokens { get; set; }

    /// <summary>The plan; never null.</summary>
    public DeepPlanning DeepPlanning { get; set => field = value ?? DeepPlanning.None; } = DeepPlanning.None;

    /// <summary>Plan-following runs of this turn, counted from 1. Not the same as <see cref="Attempt"/>.</summary>
    public int ExecutionAttempts { get; set; } = 1;

    /// <summary>A workflow wants the metrics of the agent it calls.</summary>
    public bool ReturnMetrics { get; set; }

    /// <summary>Tokens used; null until reported.</summary>
    public Tokens? Tokens { get; set; }

    /// <summary>Names of the tools used; never null.</summary>
    public IReadOnlyList<string> UsedTools { get; set => field = value ?? []; } = [];

    /// <summary>How long the run took, in seconds.</summary>
    public double Duration { get; set; }

    /// <summary>A tool that changes something outside was used.</summary>
    public bool UsedMutatingTools { get; set; }

    /// <summary>The task goes on after its answer.</summary>
    public bool IsContinuous { get; set; }

    /// <summary>The model provider in effect.</summary>
    public string? LlmModelProvider { get; set; }

    /// <summary>The model in effect.</summary>
    public string? LlmModelName { get; set; }

    /// <summary>The reasoning effort in effect: low, medium, high or xhigh.</summary>
    public string? LlmReasoningEffort { get; set; }

    /// <summary>The creator runs the task itself; it is never dispatched.</summary>
    public bool RunLocally { get; set; }

    /// <summary>Tasklight: −100 to 100, higher is offered first; 0 unless said.</summary>
    public int Priority { get; set; }

    /// <summary>Tasklight: not offered to a worker earlier.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Tasklight: deliveries to a worker so far in this turn.</summary>
    public int Attempt { get; set; }

    /// <summary>Tasklight: how a stop went, on the wire <c>stop</c>; left out when there was none.</summary>
    [JsonPropertyName("stop")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskStop? StopDetails { get; set; }

    /// <summary>Tasklight: what this turn may use; left out when there are no limits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskBudget? Budget { get; set; }

    /// <summary>Tasklight: what this turn used, as reported with its session's steps; left out when nothing was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskUsage? Usage { get; set; }

    /// <summary>A shallow copy: changing one leaves the other alone, the immutable parts are shared.</summary>
    public AgentTaskFields Clone() => (AgentTaskFields)MemberwiseClone();
}
