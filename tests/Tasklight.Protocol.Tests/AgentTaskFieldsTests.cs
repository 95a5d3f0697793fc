using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class AgentTaskFieldsTests
{
    private const string WireOrder =
        "id,agent_id,organization_id,input,status,internal_status,last_executed_node_id,agent_version,created_at,started_at,paused_at,finished_at," +
        "updated_at,result,parent_execution,sub_executions,finished_sub_executions,is_manually_stopped,payload_extension,hitl_request," +
        "pending_eca_request,source,worker_id,voice_id,output_format,output_schema,events_streaming,is_orchestration,additional_context," +
        "instructions_override,test_run_node_id,user_oidc_token,expected_output,mcp_servers,triggering_agent_id,title,think_mode," +
        "disable_attachment_injection,user_tokens,deep_planning,execution_attempts,return_metrics,tokens,used_tools,duration,used_mutating_tools," +
        "is_continuous,llm_model_provider,llm_model_name,llm_reasoning_effort,run_locally,priority,not_before,attempt";

    [Fact]
    public void Every_key_is_written_in_wire_order_and_the_rare_ones_only_when_set()
    {
        var task = new AgentTaskFields();
        Assert.Equal(WireOrder, Keys(task));

        task.StopDetails = new TaskStop { By = "ada" };
        task.Budget = new TaskBudget { MaxTokens = 9 };
        task.Usage = new TaskUsage();
        Assert.Equal(WireOrder + ",stop,budget,usage", Keys(task));
    }

    [Fact]
    public void Nothing_that_clients_iterate_over_is_ever_null()
    {
        const string Nulls = """
            {"input": null, "sub_executions": null, "finished_sub_executions": null, "mcp_servers": null, "used_tools": null, "deep_planning": null}
            """;
        var task = Wire.Read(Nulls, ProtocolJson.Default.AgentTaskFields);

        Assert.Empty(task.Input.Files);
        Assert.Empty(task.SubExecutions.Concat(task.FinishedSubExecutions).Concat(task.UsedTools));
        Assert.Empty(task.McpServers);
        Assert.Equal(DeepPlanning.None, task.DeepPlanning);
        Assert.Empty(Wire.Read("""{"input": {}, "deep_planning": {}}""", ProtocolJson.Default.AgentTaskFields).Input.Files);
    }

    [Fact]
    public void Everything_written_is_ASCII()
    {
        var task = new AgentTaskFields
        {
            Title = "Größe \u2028 \u2029 \U0001F600 <b>",
            PayloadExtension = JsonElement.Parse("""{"schlüssel": ["größe", "\u00e9\u2028"]}"""),
        };

        var written = JsonSerializer.SerializeToUtf8Bytes(task, ProtocolJson.Default.AgentTaskFields);

        Assert.True(System.Text.Ascii.IsValid(written));
        var back = JsonSerializer.Deserialize(written, ProtocolJson.Default.AgentTaskFields)!;
        Assert.Equal(task.Title, back.Title);
        Assert.Equal("größe", back.PayloadExtension!.Value.GetProperty("schlüssel")[0].GetString());
    }

    [Fact]
    public void A_clone_goes_its_own_way()
    {
        var task = new AgentTaskFields { Title = "one", UsedTools = ["a"] };

        var clone = task.Clone();
        clone.Title = "two";

        Assert.Equal("one", task.Title);
        Assert.Same(task.UsedTools, clone.UsedTools);
    }

    [Fact]
    public void Total_tokens_are_the_sum_whatever_was_sent() =>
        Assert.Equal(
            """{"completion_tokens":1,"prompt_tokens":2,"total_tokens":3}""",
            Wire.Write(Wire.Read("""{"completion_tokens": 1, "prompt_tokens": 2, "total_tokens": 99}""", ProtocolJson.Default.Tokens), ProtocolJson.Default.Tokens));

    [Fact]
    public void An_approval_keeps_keys_it_does_not_know_and_leaves_out_what_is_null() =>
        Assert.Equal(
            """{"wait_node_id":"n","title":"t","expires_at":"2026-05-13T10:12:04.000000Z","colour":{"r":1}}""",
            Wire.Write(
                Wire.Read("""{"colour": {"r": 1}, "wait_node_id": "n", "title": "t", "expires_at": 1778667124}""", ProtocolJson.Default.HumanInTheLoopRequest),
                ProtocolJson.Default.HumanInTheLoopRequest));

    [Fact]
    public void An_MCP_server_that_says_little_gets_the_defaults_of_the_contract()
    {
        var server = Wire.Read("""{"url": "https://mcp.example.com"}""", ProtocolJson.Default.MCPServerDetails);

        Assert.Equal((MCPServerType.Remote, MCPServerTransport.StreamableHttp, MCPServerAuthType.None), (server.Type, server.Transport, server.AuthType));
        Assert.True(server.ShareUserTokenAcrossOtherAgents);
        Assert.Empty(server.Headers);
        Assert.Empty(server.EnvVars);
        Assert.Empty(server.AllowedTools.Concat(server.AdditionalScopes));
        Assert.Contains("\"transport\":\"streamable-http\",\"auth_type\":\"none\"", Wire.Write(server, ProtocolJson.Default.MCPServerDetails), StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_of_duplicate_keys_wins_in_nested_objects_too()
    {
        var task = Wire.Read("""{"title": "a", "input": {"text": "a", "text": "b"}, "title": "b"}""", ProtocolJson.Default.AgentTaskFields);

        Assert.Equal(("b", "b"), (task.Title, task.Input.Text));
    }

    [Fact]
    public void Plans_are_equal_when_their_items_are()
    {
        var plan = new DeepPlanning { Enabled = true, Tasks = [new DeepPlanningItem { Id = "1", Title = "a" }] };

        Assert.Equal(plan, plan with { Tasks = [new DeepPlanningItem { Id = "1", Title = "a" }] });
        Assert.NotEqual(plan, plan with { Tasks = [new DeepPlanningItem { Id = "1", Title = "a", Completed = true }] });
    }

    [Fact]
    public void Items_of_a_plan_that_came_without_ids_can_be_told_apart()
    {
        var sent = Wire.Read("""{"tasks": [{"title": "a"}, {"id": null, "title": "b"}, {"id": "c", "title": "c"}]}""", ProtocolJson.Default.DeepPlanning);

        Assert.Equal((true, true, "c"), (Guid.TryParse(sent.Tasks[0].Id, out _), Guid.TryParse(sent.Tasks[1].Id, out _), sent.Tasks[2].Id));
        Assert.NotEqual(sent.Tasks[0].Id, sent.Tasks[1].Id);
        Assert.NotEqual(new DeepPlanningItem().Id, new DeepPlanningItem().Id);
    }

    private static string Keys(AgentTaskFields task) =>
        string.Join(',', JsonElement.Parse(Wire.Write(task, ProtocolJson.Default.AgentTaskFields)).EnumerateObject().Select(property => property.Name));
}
