using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>
/// A change of an agent, by presence: what is not set stays as it is (contract: rest-v1 §4). Strict: a wrong type or a word that is not allowed is
/// a 422. Null gives a text, list or object its default.
/// </summary>
public class UpdateAgentRequest : IWireRequest
{
    private static readonly string[] Efforts = ["low", "medium", "high", "xhigh"];

    private static readonly string[] Delegations = ["router", "sequence"];

    /// <summary>See <see cref="AgentFields.Name"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> Name { get; set; }

    /// <summary>See <see cref="AgentFields.Description"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> Description { get; set; }

    /// <summary>See <see cref="AgentFields.Icon"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> Icon { get; set; }

    /// <summary>See <see cref="AgentFields.Framework"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<AgentFramework> Framework { get; set; }

    /// <summary>See <see cref="AgentFields.ModelProvider"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> ModelProvider { get; set; }

    /// <summary>See <see cref="AgentFields.ModelName"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> ModelName { get; set; }

    /// <summary>See <see cref="AgentFields.LlmReasoningEffort"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> LlmReasoningEffort { get; set; }

    /// <summary>See <see cref="AgentFields.LlmApiBase"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> LlmApiBase { get; set; }

    /// <summary>See <see cref="AgentFields.LlmExtraHeaders"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyDictionary<string, string>?> LlmExtraHeaders { get; set; }

    /// <summary>See <see cref="AgentFields.LlmCredentials"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<LlmCredentials?> LlmCredentials { get; set; }

    /// <summary>See <see cref="AgentFields.DeploymentType"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<AgentDeploymentType> DeploymentType { get; set; }

    /// <summary>See <see cref="AgentFields.SourceNodes"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<AgentSourceNode>?> SourceNodes { get; set; }

    /// <summary>See <see cref="AgentFields.AccessScope"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<AgentAccessScope> AccessScope { get; set; }

    /// <summary>See <see cref="AgentFields.Instructions"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<AgentInstructions?> Instructions { get; set; }

    /// <summary>See <see cref="AgentFields.Graph"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<AgentGraphItem>?> Graph { get; set; }

    /// <summary>See <see cref="AgentFields.Tools"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<AgentTool>?> Tools { get; set; }

    /// <summary>See <see cref="AgentFields.Status"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<AgentStatus> Status { get; set; }

    /// <summary>See <see cref="AgentFields.KnowledgeBases"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<AgentKnowledgeBase>?> KnowledgeBases { get; set; }

    /// <summary>See <see cref="AgentFields.Type"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<AgentType?> Type { get; set; }

    /// <summary>See <see cref="AgentFields.UsingNemo"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> UsingNemo { get; set; }

    /// <summary>See <see cref="AgentFields.DeepPlanning"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> DeepPlanning { get; set; }

    /// <summary>See <see cref="AgentFields.EnforceDeepPlanning"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> EnforceDeepPlanning { get; set; }

    /// <summary>See <see cref="AgentFields.OutputFormat"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<OutputFormat> OutputFormat { get; set; }

    /// <summary>See <see cref="AgentFields.OutputSchema"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> OutputSchema { get; set; }

    /// <summary>See <see cref="AgentFields.ExpectedOutput"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> ExpectedOutput { get; set; }

    /// <summary>See <see cref="AgentFields.VoiceId"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> VoiceId { get; set; }

    /// <summary>See <see cref="AgentFields.AgnoSettings"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> AgnoSettings { get; set; }

    /// <summary>See <see cref="AgentFields.OrchestrationNodes"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<JsonElement>?> OrchestrationNodes { get; set; }

    /// <summary>See <see cref="AgentFields.NotificationSettings"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> NotificationSettings { get; set; }

    /// <summary>See <see cref="AgentFields.TaskLevelStrategies"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> TaskLevelStrategies { get; set; }

    /// <summary>See <see cref="AgentFields.ConnectivityDetails"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> ConnectivityDetails { get; set; }

    /// <summary>See <see cref="AgentFields.EnvironmentId"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> EnvironmentId { get; set; }

    /// <summary>See <see cref="AgentFields.WebhookUrl"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> WebhookUrl { get; set; }

    /// <summary>See <see cref="AgentFields.UseOidcPreAuth"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> UseOidcPreAuth { get; set; }

    /// <summary>See <see cref="AgentFields.UseOidcPreAuthTokenForLlm"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> UseOidcPreAuthTokenForLlm { get; set; }

    /// <summary>See <see cref="AgentFields.PreAuthAudiences"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<string>?> PreAuthAudiences { get; set; }

    /// <summary>See <see cref="AgentFields.OidcPreAuthTokenLlmAudience"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> OidcPreAuthTokenLlmAudience { get; set; }

    /// <summary>See <see cref="AgentFields.OidcPreAuthTokenMcpAudience"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> OidcPreAuthTokenMcpAudience { get; set; }

    /// <summary>See <see cref="AgentFields.MaxConcurrency"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<int?> MaxConcurrency { get; set; }

    /// <summary>See <see cref="AgentFields.MaxConcurrencyPerUser"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<int?> MaxConcurrencyPerUser { get; set; }

    /// <summary>See <see cref="AgentFields.MaxAttempts"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<int?> MaxAttempts { get; set; }

    /// <summary>See <see cref="AgentFields.MaxRunSeconds"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<int?> MaxRunSeconds { get; set; }

    /// <summary>See <see cref="AgentFields.Approvals"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<AgentApprovalRule>?> Approvals { get; set; }

    /// <summary>See <see cref="AgentFields.Budget"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<TaskBudget?> Budget { get; set; }

    /// <summary>See <see cref="AgentFields.Avatar"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> Avatar { get; set; }

    /// <summary>See <see cref="AgentFields.Prompts"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<string>?> Prompts { get; set; }

    /// <summary>See <see cref="AgentFields.DelegationType"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> DelegationType { get; set; }

    /// <summary>See <see cref="AgentFields.DelegationMemoryStrategy"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> DelegationMemoryStrategy { get; set; }

    /// <summary>See <see cref="AgentFields.DelegationEndStrategy"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> DelegationEndStrategy { get; set; }

    /// <summary>See <see cref="AgentFields.AttachedTools"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<IReadOnlyList<JsonElement>?> AttachedTools { get; set; }

    /// <summary>See <see cref="AgentFields.Oas"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> Oas { get; set; }

    /// <summary>See <see cref="AgentFields.LlmSettings"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<JsonElement?> LlmSettings { get; set; }

    /// <summary>See <see cref="AgentFields.LlmCredentialsKey"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> LlmCredentialsKey { get; set; }

    /// <summary>See <see cref="AgentFields.LlmCredentialsKeyType"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string?> LlmCredentialsKeyType { get; set; }

    /// <summary>See <see cref="AgentFields.PromptsCachingEnabled"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> PromptsCachingEnabled { get; set; }

    /// <summary>See <see cref="AgentFields.SubAgentsContinuousThread"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<bool> SubAgentsContinuousThread { get; set; }

    /// <summary>Empty the graph and the tools before the rest is applied; false unless said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ShouldResetGraph { get; set; }

    /// <inheritdoc/>
    public virtual void Validate(ICollection<FieldError> errors)
    {
        if (Name.IsSet)
        {
            WireRules.Required(errors, Name.Value, "name");
        }

        WireRules.OneOf(errors, LlmReasoningEffort.Value, Efforts, "llm_reasoning_effort");
        WireRules.OneOf(errors, DelegationType.Value, Delegations, "delegation_type");
        WireRules.InRange(errors, MaxConcurrency.Value, 1, int.MaxValue, "max_concurrency");
        WireRules.InRange(errors, MaxConcurrencyPerUser.Value, 1, int.MaxValue, "max_concurrency_per_user");
        WireRules.InRange(errors, MaxAttempts.Value, 1, CreateTaskRequest.MostAttempts, "max_attempts");
        WireRules.InRange(errors, MaxRunSeconds.Value, 1, int.MaxValue, "max_run_seconds");
        ValidateObjects(errors);
        AgentRules.LlmSettings(errors, LlmSettings.Value);
        AgentRules.Tools(errors, Tools.Value ?? []);
        AgentRules.Approvals(errors, Approvals.Value ?? []);
        Budget.Value?.Validate(errors, "budget");
        ValidateGraph(errors);
    }

    /// <summary>Writes what is set onto an agent.</summary>
    public void ApplyTo(AgentFields agent)
    {
        if (ShouldResetGraph)
        {
            agent.Graph = [];
            agent.Tools = [];
        }

        agent.Name = Name.Or(agent.Name)!;
        agent.Description = Description.Or(agent.Description);
        agent.Icon = Icon.Or(agent.Icon)!;
        agent.Framework = Framework.Or(agent.Framework);
        agent.ModelProvider = ModelProvider.Or(agent.ModelProvider)!;
        agent.ModelName = ModelName.Or(agent.ModelName)!;
        agent.LlmReasoningEffort = LlmReasoningEffort.Or(agent.LlmReasoningEffort)!;
        agent.LlmApiBase = LlmApiBase.Or(agent.LlmApiBase);
        agent.LlmExtraHeaders = LlmExtraHeaders.Or(agent.LlmExtraHeaders)!;
        agent.LlmCredentials = LlmCredentials.Or(agent.LlmCredentials);
        agent.DeploymentType = DeploymentType.Or(agent.DeploymentType);
        agent.SourceNodes = SourceNodes.Or(agent.SourceNodes)!;
        agent.AccessScope = AccessScope.Or(agent.AccessScope);
        agent.Instructions = Instructions.Or(agent.Instructions)!;
        agent.Graph = Graph.Or(agent.Graph)!;
        agent.Tools = Tools.Or(agent.Tools)!;
        agent.Status = Status.Or(agent.Status);
        agent.KnowledgeBases = KnowledgeBases.Or(agent.KnowledgeBases)!;
        agent.Type = Type.Or(agent.Type);
        agent.UsingNemo = UsingNemo.Or(agent.UsingNemo);
        agent.DeepPlanning = DeepPlanning.Or(agent.DeepPlanning);
        agent.EnforceDeepPlanning = EnforceDeepPlanning.Or(agent.EnforceDeepPlanning);
        agent.OutputFormat = OutputFormat.Or(agent.OutputFormat);
        agent.OutputSchema = OutputSchema.Or(agent.OutputSchema);
        agent.ExpectedOutput = ExpectedOutput.Or(agent.ExpectedOutput)!;
        agent.VoiceId = VoiceId.Or(agent.VoiceId);
        agent.AgnoSettings = AgnoSettings.Or(agent.AgnoSettings) ?? default;
        agent.OrchestrationNodes = OrchestrationNodes.Or(agent.OrchestrationNodes)!;
        agent.NotificationSettings = NotificationSettings.Or(agent.NotificationSettings) ?? default;
        agent.TaskLevelStrategies = TaskLevelStrategies.Or(agent.TaskLevelStrategies);
        agent.ConnectivityDetails = ConnectivityDetails.Or(agent.ConnectivityDetails) ?? default;
        agent.EnvironmentId = EnvironmentId.Or(agent.EnvironmentId)!;
        agent.WebhookUrl = WebhookUrl.Or(agent.WebhookUrl);
        agent.UseOidcPreAuth = UseOidcPreAuth.Or(agent.UseOidcPreAuth);
        agent.UseOidcPreAuthTokenForLlm = UseOidcPreAuthTokenForLlm.Or(agent.UseOidcPreAuthTokenForLlm);
        agent.PreAuthAudiences = PreAuthAudiences.Or(agent.PreAuthAudiences)!;
        agent.OidcPreAuthTokenLlmAudience = OidcPreAuthTokenLlmAudience.Or(agent.OidcPreAuthTokenLlmAudience);
        agent.OidcPreAuthTokenMcpAudience = OidcPreAuthTokenMcpAudience.Or(agent.OidcPreAuthTokenMcpAudience);
        agent.MaxConcurrency = MaxConcurrency.Or(agent.MaxConcurrency);
        agent.MaxConcurrencyPerUser = MaxConcurrencyPerUser.Or(agent.MaxConcurrencyPerUser);
        agent.MaxAttempts = MaxAttempts.Or(agent.MaxAttempts);
        agent.MaxRunSeconds = MaxRunSeconds.Or(agent.MaxRunSeconds);
        agent.Approvals = Approvals.Or(agent.Approvals);
        agent.Budget = Budget.Or(agent.Budget);
        agent.Avatar = Avatar.Or(agent.Avatar);
        agent.Prompts = Prompts.Or(agent.Prompts)!;
        agent.DelegationType = DelegationType.Or(agent.DelegationType);
        agent.DelegationMemoryStrategy = DelegationMemoryStrategy.Or(agent.DelegationMemoryStrategy);
        agent.DelegationEndStrategy = DelegationEndStrategy.Or(agent.DelegationEndStrategy);
        agent.AttachedTools = AttachedTools.Or(agent.AttachedTools)!;
        agent.Oas = Oas.Or(agent.Oas);
        agent.LlmSettings = LlmSettings.Or(agent.LlmSettings);
        agent.LlmCredentialsKey = LlmCredentialsKey.Or(agent.LlmCredentialsKey);
        agent.LlmCredentialsKeyType = LlmCredentialsKeyType.Or(agent.LlmCredentialsKeyType);
        agent.PromptsCachingEnabled = PromptsCachingEnabled.Or(agent.PromptsCachingEnabled);
        agent.SubAgentsContinuousThread = SubAgentsContinuousThread.Or(agent.SubAgentsContinuousThread);
    }

    private void ValidateObjects(ICollection<FieldError> errors)
    {
        WireRules.Object(errors, OutputSchema.Value, "output_schema");
        WireRules.Object(errors, AgnoSettings.Value, "agno_settings");
        WireRules.Object(errors, NotificationSettings.Value, "notification_settings");
        WireRules.Object(errors, TaskLevelStrategies.Value, "task_level_strategies");
        WireRules.Object(errors, ConnectivityDetails.Value, "connectivity_details");
    }

    private void ValidateGraph(ICollection<FieldError> errors)
    {
        var graph = Graph.Value ?? [];
        for (var position = 0; position < graph.Count; position++)
        {
            WireRules.Required(errors, graph[position]?.ItemId, "graph", position, "item_id");
            if (graph[position] is not { Type: AgentGraphItemType.Mcp } item)
            {
                continue;
            }

            if (item.Settings?.McpSettings is { } server)
            {
                AgentRules.McpServer(errors, server, "graph", position, "settings", "mcp_settings");
            }
            else
            {
                errors.Add(FieldError.InBody(
                    FieldErrorTypes.Missing, "Field required: an item of type mcp names its server.", "graph", position, "settings", "mcp_settings"));
            }
        }
    }
}
