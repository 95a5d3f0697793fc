using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.Wire;

/// <summary>A create with every option set, as it is asked for and as it must look (contract: sdk-http §6.3, extensions §1).</summary>
internal static class CreateOptions
{
    public const string Json =
        """
        {
          "id": "thread-1",
          "input": {
            "text": "Hello",
            "files": ["https://files.example.com/a.txt"],
            "user": {"id": "u", "first_name": "Dana", "last_name": "Doe", "email": "dana@example.com", "additional_attributes": {"team": "x"}, "timezone": "Europe/Paris"}
          },
          "payload_extension": {"tenant": "acme"}, "source": "mine", "worker_id": "w", "output_format": "json", "output_schema": {"type": "object"},
          "run_locally": true, "events_streaming": true, "additional_context": "context", "instructions_override": "instructions", "test_run_node_id": "node",
          "user_oidc_token": "oidc", "expected_output": "a line",
          "mcp_servers": [{
            "type": "remote", "name": "maps", "command": null, "url": "https://maps.example.com", "transport": "sse", "auth_type": "api_key", "api_key": "k",
            "client_id": "c", "client_secret": "s", "use_secrets_manager": true, "headers": {"a": "b"}, "env_vars": {"c": "d"}, "allowed_tools": ["t"],
            "additional_scopes": ["s"], "share_user_token_across_other_agents": false
          }],
          "triggering_agent_id": "parent-agent", "title": "Greeting", "think_mode": "harder", "disable_attachment_injection": true,
          "user_tokens": {"oidc_tokens": {"audience": "token"}}, "return_metrics": true,
          "parent_execution_id": "parent", "voice_id": "voice", "llm_model_provider": "openai", "llm_model_name": "model", "llm_reasoning_effort": "xhigh",
          "priority": 7, "not_before": "2026-05-13T10:12:09Z", "start_within": 60, "max_attempts": 2, "max_run_seconds": 30, "budget": {"max_tokens": 9, "scope": "tree", "action": "stop"}
        }
        """;

    public static CreateTaskRequest Request() => new()
    {
        Id = "thread-1",
        Input = new()
        {
            Text = "Hello",
            Files = ["https://files.example.com/a.txt"],
            User = new()
            {
                Id = "u",
                FirstName = "Dana",
                LastName = "Doe",
                Email = "dana@example.com",
                AdditionalAttributes = JsonElement.Parse("""{"team": "x"}"""),
                Timezone = "Europe/Paris",
            },
        },
        PayloadExtension = JsonElement.Parse("""{"tenant": "acme"}"""),
        Source = "mine",
        WorkerId = "w",
        OutputFormat = OutputFormat.Json,
        OutputSchema = JsonElement.Parse("""{"type": "object"}"""),
        RunLocally = true,
        EventsStreaming = true,
        AdditionalContext = "context",
        InstructionsOverride = "instructions",
        TestRunNodeId = "node",
        UserOidcToken = "oidc",
        ExpectedOutput = "a line",
        McpServers = [Server()],
        TriggeringAgentId = "parent-agent",
        Title = "Greeting",
        ThinkMode = ThinkMode.Harder,
        DisableAttachmentInjection = true,
        UserTokens = JsonElement.Parse("""{"oidc_tokens": {"audience": "token"}}"""),
        ReturnMetrics = true,
        ParentExecutionId = "parent",
        VoiceId = "voice",
        LlmModelProvider = "openai",
        LlmModelName = "model",
        LlmReasoningEffort = "xhigh",
        Priority = 7,
        NotBefore = new DateTimeOffset(2026, 5, 13, 10, 12, 9, TimeSpan.Zero),
        StartWithin = 60,
        MaxAttempts = 2,
        MaxRunSeconds = 30,
        Budget = new TaskBudget { MaxTokens = 9 },
    };

    private static MCPServerDetails Server() => new()
    {
        Name = "maps",
        Url = "https://maps.example.com",
        Transport = MCPServerTransport.Sse,
        AuthType = MCPServerAuthType.ApiKey,
        ApiKey = "k",
        ClientId = "c",
        ClientSecret = "s",
        UseSecretsManager = true,
        Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" },
        EnvVars = new Dictionary<string, string>(StringComparer.Ordinal) { ["c"] = "d" },
        AllowedTools = ["t"],
        AdditionalScopes = ["s"],
        ShareUserTokenAcrossOtherAgents = false,
    };
}
