using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// The body that creates a task, or begins the next turn of one (contract: sdk-http §6.3, extensions §1). The keys of the contract are
/// always written, those that Tasklight or newer clients add only when set.
/// </summary>
public class CreateTaskRequest : IWireRequest
{
    /// <summary>The range of <see cref="Priority"/> is this number below and above 0.</summary>
    public const int HighestPriority = 100;

    /// <summary>The most deliveries that may be asked for.</summary>
    public const int MostAttempts = 10;

    private static readonly string[] Efforts = ["low", "medium", "high", "xhigh"];

    private bool _hasInput;

    /// <summary>
    /// A thread to continue, or the id wanted for a new task: at most 255 characters, no slashes, no control characters. Null or empty = the
    /// server makes one.
    /// </summary>
    public string? Id { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>What is asked for; required on the wire, never null here.</summary>
    public AgentExecutionInput Input
    {
        get;
        set
        {
            _hasInput = value is not null;
            field = value ?? new();
        }
    } = new();

    /// <summary>An object merged into the payload of every tool call. Read from <c>tool_call_payload_extension</c> too.</summary>
    public JsonElement? PayloadExtension { get; set => field = value ?? field; }

    /// <summary>Where the task comes from; the server fills in <c>sdk</c> or <c>api</c> when null.</summary>
    public string? Source { get; set; }

    /// <summary>Only this worker may take the task.</summary>
    public string? WorkerId { get; set; }

    /// <summary>The form wanted for the result; null = the agent's.</summary>
    public OutputFormat? OutputFormat { get; set; }

    /// <summary>A JSON schema for the result.</summary>
    public JsonElement? OutputSchema { get; set; }

    /// <summary>The caller runs the task itself; do not dispatch.</summary>
    public bool RunLocally { get; set; }

    /// <summary>Clients may stream the task's events.</summary>
    public bool EventsStreaming { get; set; }

    /// <summary>Added to the system prompt.</summary>
    public string? AdditionalContext { get; set; }

    /// <summary>Extra instructions for this run.</summary>
    public string? InstructionsOverride { get; set; }

    /// <summary>Workflow tests only.</summary>
    public string? TestRunNodeId { get; set; }

    /// <summary>Secret.</summary>
    public string? UserOidcToken { get; set; }

    /// <summary>What a good answer contains.</summary>
    public string? ExpectedOutput { get; set; }

    /// <summary>MCP servers of this task, besides the agent's; never null.</summary>
    public IReadOnlyList<MCPServerDetails> McpServers { get; set => field = value ?? []; } = [];

    /// <summary>The agent that starts the task.</summary>
    public string? TriggeringAgentId { get; set; }

    /// <summary>A short name; pages derive one from the prompt when null.</summary>
    public string? Title { get; set; }

    /// <summary>How hard to think.</summary>
    public ThinkMode ThinkMode { get; set; }

    /// <summary>Name attached files in the prompt without fetching them.</summary>
    public bool DisableAttachmentInjection { get; set; }

    /// <summary>Secret; an object.</summary>
    public JsonElement? UserTokens { get; set; }

    /// <summary>A workflow wants the metrics of the agent it calls.</summary>
    public bool ReturnMetrics { get; set; }

    /// <summary>The parent task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ParentExecutionId { get; set; }

    /// <summary>The voice for voice output.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? VoiceId { get; set; }

    /// <summary>Model provider of this run; null = the agent's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LlmModelProvider { get; set; }

    /// <summary>Model of this run; null = the agent's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LlmModelName { get; set; }

    /// <summary>low, medium, high or xhigh; null = the agent's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LlmReasoningEffort { get; set; }

    /// <summary>Tasklight: −100 to 100, higher is offered first; 0 unless said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Priority { get; set; }

    /// <summary>Tasklight: not offered to a worker earlier.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Tasklight: seconds within which a worker must take the task, or it ends as failed; null = no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? StartWithin { get; set; }

    /// <summary>Tasklight: so many deliveries in a row whose run is lost end the task in error, 1 to 10; null = the agent's, else 3.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxAttempts { get; set; }

    /// <summary>Tasklight: seconds a run may last; null = the agent's, else 86400.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxRunSeconds { get; set; }

    /// <summary>Tasklight: what the turn may use; null = the agent's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskBudget? Budget { get; set; }

    // The update route's name of the same field; both are taken on both routes (contract: README §9).
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal JsonElement? ToolCallPayloadExtension
    {
        get => null;
        set => PayloadExtension = value;
    }

    /// <summary>A shallow copy: changing one leaves the other alone, the immutable parts are shared.</summary>
    public CreateTaskRequest Clone() => (CreateTaskRequest)MemberwiseClone();

    /// <inheritdoc/>
    public virtual void Validate(ICollection<FieldError> errors)
    {
        if (!_hasInput)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.Missing, "Field required: an object with text, files, user.", "input"));
        }

        WireRules.Id(errors, Id, "id");
        ValidateInput(errors);
        WireRules.Object(errors, PayloadExtension, "payload_extension");
        WireRules.Object(errors, OutputSchema, "output_schema");
        WireRules.Object(errors, UserTokens, "user_tokens");
        Budget?.Validate(errors, "budget");
        WireRules.NoNulls(errors, McpServers, "mcp_servers");
        WireRules.OneOf(errors, LlmReasoningEffort, Efforts, "llm_reasoning_effort");
        WireRules.InRange(errors, Priority, -HighestPriority, HighestPriority, "priority");
        WireRules.InRange(errors, MaxAttempts, 1, MostAttempts, "max_attempts");
        WireRules.InRange(errors, MaxRunSeconds, 1, int.MaxValue, "max_run_seconds");
        WireRules.InRange(errors, StartWithin, 0, int.MaxValue, "start_within");
    }

    private void ValidateInput(ICollection<FieldError> errors)
    {
        WireRules.NoNulls(errors, Input.Files, "input", "files");
        if (Input.User is { HasEmail: false })
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.Missing, "Field required: a user has an email.", "input", "user", "email"));
        }

        if (Input.User is { AdditionalAttributes: { } attributes })
        {
            WireRules.Object(errors, attributes, "input", "user", "additional_attributes");
        }
    }
}
