using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class AgentTests
{
    [Fact]
    public void What_breaks_the_baseline_client_as_null_is_never_null()
    {
        const string Nulls = """
            {"graph": null, "tools": null, "environment_id": null, "icon": null, "agno_settings": null, "source_nodes": null, "llm_extra_headers": null,
             "connectivity_details": null, "notification_settings": null, "expected_output": null, "instructions": null, "knowledge_bases": null,
             "orchestration_nodes": null, "pre_auth_audiences": null, "llm_reasoning_effort": null}
            """;
        foreach (var agent in (AgentFields[])[new(), Wire.Read(Nulls, ProtocolJson.Default.AgentFields)])
        {
            var written = JsonElement.Parse(Wire.Write(agent, ProtocolJson.Default.AgentFields));

            Assert.All(
                ["graph", "tools", "environment_id", "icon", "agno_settings", "source_nodes", "llm_extra_headers", "connectivity_details",
                    "notification_settings", "expected_output", "instructions", "knowledge_bases", "orchestration_nodes", "pre_auth_audiences",
                    "llm_reasoning_effort", "framework", "status", "version"],
                key => Assert.NotEqual(JsonValueKind.Null, written.GetProperty(key).ValueKind));
            Assert.False(written.GetProperty("agno_settings").GetProperty("session_storage").GetBoolean());
            Assert.False(written.TryGetProperty("configuration", out _));
        }
    }

    [Fact]
    public void An_update_changes_what_it_names_and_nothing_else()
    {
        var agent = new AgentFields { Name = "Ada", Description = "old", ModelName = "m", DeepPlanning = true, MaxConcurrency = 3 };
        var update = Wire.Parse(
            """{"description": null, "status": "INACTIVE", "deep_planning": false, "tools": [{"id": "t", "name": "t", "requires_approval": true}], "max_concurrency": null}""",
            ProtocolJson.Default.UpdateAgentRequest).GetOrThrow();

        update.ApplyTo(agent);

        Assert.Equal(("Ada", null, "m", false, AgentStatus.Inactive, null), (agent.Name, agent.Description, agent.ModelName, agent.DeepPlanning, agent.Status, agent.MaxConcurrency));
        Assert.True(Assert.Single(agent.Tools).RequiresApproval);
    }

    [Fact]
    public void An_update_is_written_with_the_keys_that_are_set()
    {
        var update = new UpdateAgentRequest { Name = "Ada", Description = new(null), MaxAttempts = 2, OutputSchema = JsonElement.Parse("{}") };

        Assert.Equal("""{"name":"Ada","description":null,"output_schema":{},"max_attempts":2}""", Wire.Write(update, ProtocolJson.Default.UpdateAgentRequest));
    }

    [Theory]
    [InlineData("""{"name": 7}""", "body.name: Expected a string, found a number.")]
    [InlineData("""{"name": null}""", "body.name: Field required: a text that is not empty.")]
    [InlineData("""{"deep_planning": null}""", "body.deep_planning: null is not allowed here; leave the key out.")]
    [InlineData("""{"framework": "crewai"}""", "body.framework: 'crewai' is not one of: agno, google-adk, langchain, open-ai-agents, strands-agents, open-claw.")]
    [InlineData("""{"graph": [{"item_id": "a", "type": "agent", "targets": "b"}]}""", "body.graph[0].targets: Expected an array, found a string.")]
    [InlineData("""{"graph": [{"item_id": "crm", "type": "mcp", "settings": {"mcp_settings": {"name": "crm", "url": "not one"}}}]}""", "body.graph[0].settings.mcp_settings.url: Expected an http or https address, such as https://mcp.example.com, or a command instead.")]
    [InlineData("""{"graph": [{"item_id": "crm", "type": "mcp", "settings": {"mcp_settings": {"type": "local", "url": "https://x.example"}}}]}""", "body.graph[0].settings.mcp_settings.command: Field required: a text that is not empty.")]
    [InlineData("""{"tools": [{"id": "a", "name": "a"}, {"id": "a", "name": "b"}]}""", "body.tools[1].id: There is a tool 'a' already.")]
    [InlineData("""{"graph": [{"item_id": "crm", "type": "mcp", "settings": {}}]}""", "body.graph[0].settings.mcp_settings: Field required: an item of type mcp names its server.")]
    [InlineData("""{"tools": [{"name": "x"}]}""", "body.tools[0].id: Field required: a text that is not empty.")]
    [InlineData("""{"max_concurrency": 0}""", "body.max_concurrency: 0 is less than 1.")]
    [InlineData("""{"llm_reasoning_effort": "max"}""", "body.llm_reasoning_effort: 'max' is not one of: low, medium, high, xhigh.")]
    [InlineData("""{"output_schema": []}""", "body.output_schema: Expected an object or null.")]
    public void An_update_is_strict(string body, string message) =>
        Assert.Equal(message, Assert.Single(Wire.Parse(body, ProtocolJson.Default.UpdateAgentRequest).Errors).ToString());

    [Fact]
    public void A_new_agent_needs_its_name_only()
    {
        Assert.Equal("body.name: Field required: a text that is not empty.", Assert.Single(Wire.Parse("{}", ProtocolJson.Default.CreateAgentRequest).Errors).ToString());
        Assert.True(Wire.Parse("""{"name": "Ada"}""", ProtocolJson.Default.CreateAgentRequest).IsValid);
    }

    [Fact]
    public void Every_optional_member_has_a_converter()
    {
        var everything = new AgentFields { CreatedAt = DateTimeOffset.UnixEpoch };
        var written = Wire.Write(everything, ProtocolJson.Default.AgentFields);
        var update = Wire.Read(written.Replace("\"name\":\"\"", "\"name\":\"Ada\"", StringComparison.Ordinal), ProtocolJson.Default.UpdateAgentRequest);

        update.ApplyTo(everything);

        Assert.Equal("Ada", everything.Name);
    }
}
