using System.Text.Json.Nodes;
using static Tasklight.EndToEnd.Tests.Baseline.Model;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The models of the client that meet the wire.</summary>
static class Models
{
    public static readonly string[] Statuses = ["pending", "executing", "paused", "error", "failed", "completed", "stopped"];

    public static readonly string[] EventTypes =
    [
        "task_created", "task_updated", "task_finished", "chunk", "auth_event", "tool_call_request", "tool_call_result",
        "sub_agent_trigger", "think", "analyze", "plan_updated", "task_compactization",
    ];

    static readonly Model User = new(
        "User",
        May("id", String),
        May("first_name", String),
        May("last_name", String),
        Needs("email", String),
        May("additional_attributes", Dict),
        May("timezone", String));

    static readonly Model Tokens = new(
        "Tokens",
        May("completion_tokens", Number, static () => 0),
        May("prompt_tokens", Number, static () => 0));

    static readonly Model Input = new(
        "AgentExecutionInput",
        May("text", String, static () => ""),
        May("files", ListOf(String), static () => new JsonArray()),
        May("user", User.Read));

    static readonly Model Approval = new("HumanInTheLoopRequest", Needs("wait_node_id", String));

    static readonly Model Login = new("PendingECARequest", Needs("connector_name", String), Needs("auth_url", String));

    static readonly Model[] TokenData =
    [
        new("MCPOAuthGetTokenTokenReadyResponse", Needs("access_token", String)),
        new("MCPOAuthGetTokenLoginRequiredResponse", Needs("url", String), Needs("server_url", String), Needs("server_name", String)),
        new("MCPOAuthGetTokenGenericResponse", Needs("message", String)),
    ];

    static readonly Model Token = new("MCPOAuthGetTokenResponse", Needs("type", Word("not_supported", "login_required", "token_issue", "token_ready")), Needs("data", DataOfToken));

    /// <summary>Where a login stands. There is no tag: the first shape that fits is taken.</summary>
    public static JsonObject McpToken(JsonNode? node) => Token.Read(node);

    static JsonNode DataOfToken(JsonNode? node)
    {
        foreach (var shape in TokenData)
        {
            try
            {
                return shape.Read(node);
            }
            catch (ModelException)
            {
                // Perhaps the next one.
            }
        }

        throw new ModelException("none of the three shapes of a token's data fits");
    }

    public static readonly Model McpServer = new(
        "MCPServerDetails",
        May("type", Word("local", "remote"), static () => "remote"),
        May("name", String),
        May("command", String),
        May("url", String),
        May("transport", Word("stdio", "sse", "streamable-http"), static () => "streamable-http"),
        May("auth_type", Word("api_key", "oauth2", "custom_headers", "none"), static () => "none"),
        May("api_key", String),
        May("client_id", String),
        May("client_secret", String),
        May("use_secrets_manager", Bool, static () => false),
        May("headers", Dict, static () => new JsonObject()),
        May("env_vars", Dict, static () => new JsonObject()),
        May("allowed_tools", ListOf(String), static () => new JsonArray()),
        May("additional_scopes", ListOf(String), static () => new JsonArray()),
        May("share_user_token_across_other_agents", Bool, static () => true));

    static readonly Model PlanItem = new(
        "DeepPlanningItem",
        Needs("id", String),
        Needs("title", String),
        May("completed", Bool, static () => false));

    static readonly Model Plan = new(
        "DeepPlanning",
        May("enabled", Bool, static () => false),
        May("enforce", Bool, static () => false),
        May("started", Bool, static () => false),
        May("question_raised", Bool, static () => false),
        May("tasks", ListOf(PlanItem.Read), static () => new JsonArray()));

    /// <summary>
    /// A task, in the order in which a whole save lists it. The defaults of four fields are Python tuples by mistake; their artefacts
    /// (<c>[null]</c>, <c>[[]]</c>) go out with the next save.
    /// </summary>
    public static readonly Model Task = new(
        "Task",
        Needs("id", String),
        Needs("agent_id", String),
        Needs("organization_id", String),
        Needs("input", Input.Read),
        May("status", Word(Statuses), static () => "pending"),
        May("internal_status", String),
        May("last_executed_node_id", String),
        May("agent_version", String),
        Needs("created_at", Time),
        May("started_at", Time),
        May("paused_at", Time),
        May("finished_at", Time),
        May("result", String),
        May("parent_execution", String),
        May("sub_executions", ListOf(String), static () => new JsonArray()),
        May("is_manually_stopped", Bool, static () => false),
        May("payload_extension", Dict),
        May("hitl_request", Approval.Read),
        May("pending_eca_request", Login.Read),
        May("source", String),
        May("voice_id", String),
        May("output_format", Word("text", "markdown", "json", "voice")),
        May("output_schema", Dict),
        May("events_streaming", Bool, static () => false),
        May("is_orchestration", Bool, static () => false),
        May("additional_context", String),
        May("instructions_override", String),
        May("test_run_node_id", String),
        May("user_oidc_token", String),
        May("expected_output", String, NullInATuple),
        May("mcp_servers", ListOf(McpServer.Read), static () => new JsonArray(new JsonArray())),
        May("triggering_agent_id", String, NullInATuple),
        May("title", String, NullInATuple),
        May("think_mode", Word("default", "harder"), static () => "default"),
        May("disable_attachment_injection", Bool, static () => false),
        May("user_tokens", Dict),
        May("deep_planning", Plan.Read, static () => Plan.Read(new JsonObject())),
        May("execution_attempts", Number, static () => 1),
        May("return_metrics", Bool, static () => false),
        May("tokens", ReadTokens),
        May("used_tools", ListOf(String), static () => new JsonArray()),
        May("duration", Number, static () => 0));

    public static readonly Model Asset = new(
        "DeployedAsset",
        Needs("id", String),
        Needs("name", String),
        Needs("organization_id", String),
        Needs("type", Word("worker", "gateway", "controller", "redis")),
        Needs("created_at", Time),
        Needs("created_by", Optional(String)),
        Needs("last_heartbeat", Time),
        Needs("dedicated_agent_id", Optional(String)),
        Needs("parent_asset_id", Optional(String)),
        May("configuration", Dict),
        May("is_busy", Bool, static () => false),
        May("metadata", Dict));

    public static readonly Model Conflict = new("WorkerEnvironmentConflict", May("id", String), Needs("error", String));

    public static readonly Model Event = new(
        "TaskUpdateEvent",
        Needs("type", Word(EventTypes)),
        Needs("task_id", String),
        Needs("organization_id", String),
        Needs("time", Time),
        Needs("data", Any));

    public static readonly Model TasksListItem = new(
        "TasksListItem",
        Needs("id", String),
        Needs("agent_id", String),
        Needs("organization_id", String),
        Needs("status", Word(Statuses)),
        May("user_id", String),
        May("parent_task_id", String),
        May("triggering_agent_id", String),
        May("created_at", Time),
        May("updated_at", Time),
        May("source_node_type", String),
        May("result", String),
        May("title", String));

    static readonly Model Instructions = new(
        "AgentInstructions",
        May("role", ListOf(String), static () => new JsonArray()),
        May("goal", ListOf(String), static () => new JsonArray()),
        May("general", String, static () => ""));

    static readonly string[] AgentStatuses = ["DRAFT", "ACTIVE", "INACTIVE"];
    static readonly string[] AgentTypes = ["manager", "regular", "a2a", "curl", "orchestration"];

    static readonly Model GraphItem = new("AgentGraphItem", Needs("item_id", String), Needs("type", String), Needs("targets", ListOf(Any)));

    static readonly Model Tool = new("Tool", Needs("id", String), Needs("name", String), Needs("method", String), Needs("path", String));

    static readonly Model SourceNode = new(
        "AgentSourceNode",
        Needs("type", Word("workbench", "sdk", "task", "assistant", "webhook", "mcp", "a2a", "telegram", "slack")));

    public static readonly Model AgentsListItem = new(
        "AgentsListItem",
        Needs("id", String),
        Needs("name", String),
        Needs("organization_id", String),
        Needs("icon", String),
        Needs("instructions", Instructions.Read),
        Needs("status", Word(AgentStatuses)),
        Needs("created_at", Time),
        May("description", String),
        May("created_by", String),
        May("type", Word(AgentTypes)));

    /// <summary>An agent, as far as its values can break the client.</summary>
    public static readonly Model Agent = new(
        "Agent",
        Needs("id", String),
        Needs("organization_id", String),
        Needs("name", String),
        Needs("unique_name", String),
        Needs("model_provider", String),
        Needs("model_name", String),
        Needs("framework", Word("agno", "google-adk", "langchain", "open-ai-agents", "strands-agents", "open-claw")),
        Not("graph", ListOf(GraphItem.Read), static () => new JsonArray()),
        Not("tools", ListOf(Tool.Read), static () => new JsonArray()),
        Not("environment_id", String, static () => ""),
        May("instructions", Instructions.Read),
        May("source_nodes", ListOf(SourceNode.Read)),
        May("status", Word(AgentStatuses)),
        May("type", Word(AgentTypes)),
        May("version", Number),
        May("llm_reasoning_effort", Word("low", "medium", "high")),
        May("output_format", Word("text", "markdown", "json", "voice")),
        May("output_schema", Dict),
        May("agno_settings", Dict),
        May("created_at", Time));

    static JsonNode? NullInATuple() => new JsonArray((JsonNode?)null);

    /// <summary>The sum is computed and dumped, whatever was sent.</summary>
    public static JsonObject ReadTokens(JsonNode? node)
    {
        var tokens = Tokens.Read(node);
        tokens["total_tokens"] = (tokens["completion_tokens"]?.GetValue<int>() ?? 0) + (tokens["prompt_tokens"]?.GetValue<int>() ?? 0);
        return tokens;
    }
}
