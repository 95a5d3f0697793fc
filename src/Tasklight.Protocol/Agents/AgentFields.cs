using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// An agent's definition (contract: sdk-http §6.11, rest-v1 §4). What the baseline client cannot bear as null is never null here; the keys marked
/// REST are left out when null.
/// </summary>
public class AgentFields
{
    /// <summary>The icon of an agent that was given none.</summary>
    public const string DefaultIcon = "\U0001F680";

    /// <summary>Its id.</summary>
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>Its organization.</summary>
    public string OrganizationId { get; set => field = value ?? ""; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>A made-up name that no other agent has.</summary>
    public string UniqueName { get; set => field = value ?? ""; } = "";

    /// <summary>What it does.</summary>
    public string? Description { get; set; }

    /// <summary>A picture or a word for one; never null.</summary>
    public string Icon { get; set => field = value ?? DefaultIcon; } = DefaultIcon;

    /// <summary>The framework of its code.</summary>
    public AgentFramework Framework { get; set; }

    /// <summary>The model's provider; empty = none, then the runtime runs no tasks of it.</summary>
    public string ModelProvider { get; set => field = value ?? ""; } = "";

    /// <summary>The model.</summary>
    public string ModelName { get; set => field = value ?? ""; } = "";

    /// <summary>low, medium, high or xhigh; never null. The SDK surface shows xhigh as high: the word breaks the baseline client.</summary>
    public string LlmReasoningEffort { get; set => field = value ?? "medium"; } = "medium";

    /// <summary>The address of the provider's API, when it is not the usual one.</summary>
    public string? LlmApiBase { get; set; }

    /// <summary>Headers sent with every model call; never null.</summary>
    public IReadOnlyDictionary<string, string> LlmExtraHeaders { get; set => field = value ?? EmptyMap.Instance; } = EmptyMap.Instance;

    /// <summary>A key for the provider. Secret.</summary>
    public LlmCredentials? LlmCredentials { get; set; }

    /// <summary>Where its code runs.</summary>
    public AgentDeploymentType DeploymentType { get; set; }

    /// <summary>Where its tasks may come from; never null.</summary>
    public IReadOnlyList<AgentSourceNode> SourceNodes { get; set => field = value ?? []; } = [];

    /// <summary>Who sees it.</summary>
    public AgentAccessScope AccessScope { get; set; }

    /// <summary>What it is told to be; never null.</summary>
    public AgentInstructions Instructions { get; set => field = value ?? new(); } = new();

    /// <summary>Tools, sub-agents and MCP servers, as nodes; never null.</summary>
    public IReadOnlyList<AgentGraphItem> Graph { get; set => field = value ?? []; } = [];

    /// <summary>The tools; never null.</summary>
    public IReadOnlyList<AgentTool> Tools { get; set => field = value ?? []; } = [];

    /// <summary>Whether it takes tasks.</summary>
    public AgentStatus Status { get; set; }

    /// <summary>Knowledge bases it may use; never null.</summary>
    public IReadOnlyList<AgentKnowledgeBase> KnowledgeBases { get; set => field = value ?? []; } = [];

    /// <summary>Counts deployments, from 1.</summary>
    public int Version { get; set; } = 1;

    /// <summary>What kind it is.</summary>
    public AgentType? Type { get; set; } = AgentType.Regular;

    /// <summary>Kept for clients; nothing here looks at it.</summary>
    public bool UsingNemo { get; set; }

    /// <summary>Its tasks begin with a plan.</summary>
    public bool DeepPlanning { get; set; }

    /// <summary>A started plan must be worked off.</summary>
    public bool EnforceDeepPlanning { get; set; }

    /// <summary>The form of its results; markdown unless said.</summary>
    public OutputFormat OutputFormat { get; set; } = OutputFormat.Markdown;

    /// <summary>A JSON schema of its results, an object.</summary>
    public JsonElement? OutputSchema { get; set; }

    /// <summary>What a good answer contains; never null.</summary>
    public string ExpectedOutput { get; set => field = value ?? ""; } = "";

    /// <summary>The voice for voice output.</summary>
    public string? VoiceId { get; set; }

    /// <summary>Settings of the Agno framework, an object; without session storage unless said, because the baseline client would ask for a database.</summary>
    public JsonElement AgnoSettings { get; set => field = JsonElements.ObjectOr(value, AgentDefaults.AgnoSettings); } = AgentDefaults.AgnoSettings;

    /// <summary>The nodes of a workflow; never null.</summary>
    public IReadOnlyList<JsonElement> OrchestrationNodes { get; set => field = value ?? []; } = [];

    /// <summary>Free; an object.</summary>
    public JsonElement NotificationSettings { get; set => field = JsonElements.ObjectOr(value, JsonElements.EmptyObject); } = JsonElements.EmptyObject;

    /// <summary>Free; an object.</summary>
    public JsonElement? TaskLevelStrategies { get; set; }

    /// <summary>Free; an object.</summary>
    public JsonElement ConnectivityDetails { get; set => field = JsonElements.ObjectOr(value, JsonElements.EmptyObject); } = JsonElements.EmptyObject;

    /// <summary>Never null: null breaks the baseline client.</summary>
    public string EnvironmentId { get; set => field = value ?? ""; } = "";

    /// <summary>The template it was made from.</summary>
    public string? OriginTemplate { get; set; }

    /// <summary>Where its webhook listens.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>Tokens come with the task, so that nobody has to log in.</summary>
    public bool UseOidcPreAuth { get; set; }

    /// <summary>The model is called with such a token.</summary>
    public bool UseOidcPreAuthTokenForLlm { get; set; }

    /// <summary>Audiences of such tokens; never null.</summary>
    public IReadOnlyList<string> PreAuthAudiences { get; set => field = value ?? []; } = [];

    /// <summary>The audience for the model.</summary>
    public string? OidcPreAuthTokenLlmAudience { get; set; }

    /// <summary>The audience for MCP servers.</summary>
    public string? OidcPreAuthTokenMcpAudience { get; set; }

    /// <summary>Who made it.</summary>
    public string? CreatedBy { get; set; }

    /// <summary>When it was made.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>When it last changed.</summary>
    [JsonConverter(typeof(WireTimeConverter))]
    public DateTimeOffset? UpdatedAt { get; set; }

    /// <summary>Tasklight: its tasks that may run at once; null = no limit.</summary>
    public int? MaxConcurrency { get; set; }

    /// <summary>Tasklight: its tasks of one end user that may run at once; null = no limit.</summary>
    public int? MaxConcurrencyPerUser { get; set; }

    /// <summary>Tasklight: so many deliveries in a row whose run is lost end a task of it in error, 1 to 10; null = 3.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>Tasklight: seconds a run of its tasks may last; null = 86400.</summary>
    public int? MaxRunSeconds { get; set; }

    /// <summary>Tasklight: which tool calls a person approves. Left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AgentApprovalRule>? Approvals { get; set; }

    /// <summary>Tasklight: what a turn of its tasks may use, unless the task says otherwise. Left out when null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskBudget? Budget { get; set; }

    /// <summary>REST: a picture.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Avatar { get; set; }

    /// <summary>REST: prompts to begin with; never null.</summary>
    public IReadOnlyList<string> Prompts { get; set => field = value ?? []; } = [];

    /// <summary>REST: no later version is deployed.</summary>
    public bool IsLatest { get; set; } = true;

    /// <summary>REST: there is a draft that is not deployed.</summary>
    public bool HasPendingChanges { get; set; }

    /// <summary>REST: kept for clients.</summary>
    public bool IsCoordinateMode { get; set; }

    /// <summary>REST: router or sequence; how a manager asks its sub-agents.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DelegationType { get; set; }

    /// <summary>REST: kept for clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DelegationMemoryStrategy { get; set; }

    /// <summary>REST: kept for clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DelegationEndStrategy { get; set; }

    /// <summary>REST: kept for clients; never null.</summary>
    public IReadOnlyList<JsonElement> AttachedTools { get; set => field = value ?? []; } = [];

    /// <summary>REST: OpenAPI documents of its tools.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Oas { get; set; }

    /// <summary>
    /// REST: more model settings, an object. The runtime knows <c>temperature</c>, <c>max_tokens</c>, <c>context_window</c>, <c>max_turns</c> (50), <c>max_parallel_tools</c> and
    /// <c>tool_timeout_seconds</c> (60); other keys are kept.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? LlmSettings { get; set; }

    /// <summary>REST: the name of a stored key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LlmCredentialsKey { get; set; }

    /// <summary>REST: the kind of the stored key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LlmCredentialsKeyType { get; set; }

    /// <summary>REST: it may be deleted.</summary>
    public bool Deletable { get; set; } = true;

    /// <summary>REST: kept for clients.</summary>
    public bool IsAiEmployee { get; set; }

    /// <summary>REST: kept for clients.</summary>
    public bool IsGeneralist { get; set; }

    /// <summary>REST: the provider may cache prompts.</summary>
    public bool PromptsCachingEnabled { get; set; }

    /// <summary>REST: kept for clients.</summary>
    public bool OnPremEventStreaming { get; set; }

    /// <summary>REST: sub-agents go on in one thread.</summary>
    public bool SubAgentsContinuousThread { get; set; }

    /// <summary>REST: the prompt it was made from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedByPrompt { get; set; }

    /// <summary>A shallow copy: changing one leaves the other alone, the immutable parts are shared.</summary>
    public AgentFields Clone() => (AgentFields)MemberwiseClone();
}
