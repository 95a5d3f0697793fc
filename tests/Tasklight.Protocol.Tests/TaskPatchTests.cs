namespace Tasklight.Protocol.Tests;

public sealed class TaskPatchTests
{
    [Fact]
    public void An_absent_key_is_not_set_and_null_clears()
    {
        var patch = Wire.Patch("""{"result": null, "internal_status": "half way"}""");

        Assert.True(patch.Result is { IsSet: true, Value: null });
        Assert.Equal("half way", patch.InternalStatus.Value);
        Assert.False(patch.VoiceId.IsSet);
        Assert.Empty(patch.Ignored);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("source")]
    [InlineData("title")]
    [InlineData("mcp_servers")]
    [InlineData("think_mode")]
    [InlineData("disable_attachment_injection")]
    [InlineData("return_metrics")]
    [InlineData("tokens")]
    [InlineData("used_tools")]
    [InlineData("duration")]
    [InlineData("deep_planning")]
    [InlineData("execution_attempts")]
    [InlineData("parent_execution")]
    [InlineData("user_oidc_token")]
    [InlineData("user_tokens")]
    public void Where_null_means_nothing_it_counts_as_absent(string field)
    {
        var patch = Wire.Patch($$"""{"{{field}}": null}""");

        Assert.Equal("{}", Wire.Write(patch, ProtocolJson.Default.TaskPatch));
        Assert.Empty(patch.Ignored);
    }

    [Fact]
    public void Artefacts_of_the_baseline_client_are_read_as_what_they_stand_for()
    {
        var patch = Wire.Patch("""{"expected_output": [null], "title": [null], "triggering_agent_id": [null], "mcp_servers": [[]]}""");

        Assert.True(patch.ExpectedOutput is { IsSet: true, Value: null });
        Assert.False(patch.Title.IsSet);
        Assert.Empty(patch.McpServers.Value);
        Assert.True(patch.McpServers.IsSet);
        Assert.Empty(patch.Ignored);
    }

    [Theory]
    [InlineData("""{"payload_extension": {"a": 1}}""")]
    [InlineData("""{"tool_call_payload_extension": {"a": 1}}""")]
    [InlineData("""{"tool_call_payload_extension": {"a": 1}, "payload_extension": null}""")]
    [InlineData("""{"payload_extension": null, "tool_call_payload_extension": {"a": 1}}""")]
    public void Both_names_of_the_payload_extension_are_read(string body) =>
        Assert.Equal("""{"a": 1}""", Wire.Patch(body).PayloadExtension.Value?.GetRawText());

    [Fact]
    public void What_cannot_be_used_is_named_and_the_rest_is_taken()
    {
        var patch = Wire.Patch("""
            {"result": {"a": 1}, "tokens": {"prompt_tokens": "many"}, "used_tools": ["a", null], "duration": "long", "think_mode": "hardest",
             "output_format": "html", "deep_planning": [], "hitl_request": {"title": "no node"}, "payload_extension": 7,
             "pending_eca_request": {"connector_name": "x"}, "internal_status": "kept"}
            """);

        Assert.Equal(
            ["result", "tokens", "used_tools", "duration", "think_mode", "output_format", "deep_planning", "hitl_request", "payload_extension", "pending_eca_request"],
            patch.Ignored);
        Assert.Equal("""{"internal_status":"kept"}""", Wire.Write(patch, ProtocolJson.Default.TaskPatch));
    }

    [Fact]
    public void Fields_of_the_server_are_passed_over_in_silence()
    {
        var patch = Wire.Patch("""
            {"input": {"text": "next prompt"}, "is_manually_stopped": false, "finished_at": 7, "worker_id": "w", "agent_version": [], "configuration": {},
             "sub_executions": ["x"], "llm_model_name": "m", "events_streaming": true, "nobody_knows": [{}]}
            """);

        Assert.Equal("{}", Wire.Write(patch, ProtocolJson.Default.TaskPatch));
        Assert.Empty(patch.Ignored);
    }

    [Theory]
    [InlineData("""{"status": "running"}""", "body.status: 'running' is not one of: pending, executing, paused, completed, error, failed, stopped.")]
    [InlineData("""{"status": 3}""", "body.status: Expected one of pending, executing, paused, completed, error, failed, stopped, found a number.")]
    public void Only_an_unknown_status_is_refused(string body, string message)
    {
        var problem = Assert.Throws<ProtocolException>(() => Wire.Patch(body));

        Assert.False(problem.IsMalformed);
        Assert.Equal(message, problem.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("""{"result": "x",}""")]
    [InlineData("""{"tokens": {"prompt_tokens": }}""")]
    [InlineData("""{/* no */ "result": "x"}""")]
    public void What_is_no_JSON_object_is_malformed(string body) => Assert.True(Assert.Throws<ProtocolException>(() => Wire.Patch(body)).IsMalformed);

    [Fact]
    public void Bytes_that_are_not_UTF8_are_malformed() =>
        Assert.True(Assert.Throws<ProtocolException>(() => TaskPatch.Parse((byte[])[.. "{\"result\": \""u8, 0xff, .. "\"}"u8])).IsMalformed);

    [Fact]
    public void NUL_and_lone_surrogates_become_the_replacement_character_everywhere()
    {
        var patch = Wire.Patch("""{"result": "a\u0000b\ud800c\udc00d\ud83d\ude00\\u0000", "payload_extension": {"k\ud800": ["\u0000"]}, "result_\u0000": 1}""");

        Assert.Equal("a\ufffdb\ufffdc\ufffdd\U0001F600\\u0000", patch.Result.Value);
        Assert.Equal("""{"payload_extension":{"k\uFFFD":["\uFFFD"]}}""", Wire.Write(new TaskPatch { PayloadExtension = patch.PayloadExtension }, ProtocolJson.Default.TaskPatch));
    }

    [Fact]
    public void A_long_internal_status_is_cut_without_halving_a_character()
    {
        Assert.Equal(255, Wire.Patch($$"""{"internal_status": "{{new string('x', 300)}}"}""").InternalStatus.Value?.Length);
        Assert.Equal(new string('x', 254), Wire.Patch($$"""{"internal_status": "{{new string('x', 254)}}\ud83d\ude00"}""").InternalStatus.Value);
    }

    [Theory]
    [InlineData("""{"user_oidc_token": "***"}""")]
    [InlineData("""{"user_tokens": "***"}""")]
    [InlineData("""{"user_tokens": {"crm": {"authorization": "***"}}}""")]
    public void A_masked_secret_is_unchanged(string body) => Assert.Equal("{}", Wire.Write(Wire.Patch(body), ProtocolJson.Default.TaskPatch));

    [Fact]
    public void A_new_secret_is_set()
    {
        var patch = Wire.Patch("""{"user_oidc_token": "t", "user_tokens": {"crm": "u"}}""");

        Assert.Equal("t", patch.UserOidcToken.Value);
        Assert.True(patch.UserTokens.IsSet);
    }

    [Fact]
    public void The_last_of_duplicate_keys_wins() =>
        Assert.Equal("two", Wire.Patch("""{"result": "one", "result": "two"}""").Result.Value);

    [Theory]
    [InlineData("""{"status": "paused"}""", true, false)]
    [InlineData("""{"status": "paused", "source": "sdk"}""", true, false)]
    [InlineData("""{"status": "paused", "result": "x"}""", false, false)]
    [InlineData("""{"source": "sdk"}""", false, false)]
    [InlineData("""{"id": "1", "agent_id": "2", "created_at": "2026-05-13T10:12:04Z", "status": "paused"}""", false, true)]
    [InlineData("""{"id": "1", "agent_id": "2", "status": "paused"}""", false, false)]
    public void The_shape_of_the_body_is_told(string body, bool isStatusOnly, bool isFullObject)
    {
        var patch = Wire.Patch(body);

        Assert.Equal((isStatusOnly, isFullObject), (patch.IsStatusOnly, patch.IsFullObject));
    }

    [Fact]
    public void The_start_of_the_run_is_read_to_tell_runs_apart()
    {
        Assert.Equal(DateTimeOffset.Parse("2026-05-13T10:12:05.001234Z"), Wire.Patch("""{"started_at": "2026-05-13T10:12:05.001234Z"}""").StartedAt.Value);
        Assert.True(Wire.Patch("""{"started_at": null}""").StartedAt is { IsSet: true, Value: null });
        Assert.Equal(["started_at"], Wire.Patch("""{"started_at": "soon"}""").Ignored);
    }

    [Fact]
    public void The_older_form_of_an_approval_gets_the_key_that_clients_need() =>
        Assert.Equal("send", Wire.Patch("""{"hitl_request": {"operation_id": "send", "content": "Send it?"}}""").HitlRequest.Value?.WaitNodeId);

    [Fact]
    public void Everything_that_is_set_survives_writing_and_reading()
    {
        const string Body = """
            {"status":"completed","result":"r","internal_status":"i","last_executed_node_id":"n","payload_extension":{"a":1},"additional_context":"c","instructions_override":null,"expected_output":"e","output_format":"json","output_schema":{"type":"object"},"voice_id":"v","source":"sdk","title":"t","think_mode":"harder","disable_attachment_injection":true,"return_metrics":true,"tokens":{"completion_tokens":1,"prompt_tokens":2,"total_tokens":3},"used_tools":["a"],"duration":1.5,"execution_attempts":2,"deep_planning":{"enabled":true,"enforce":false,"started":false,"question_raised":false,"tasks":[{"id":"1","title":"x","completed":false}]},"mcp_servers":[],"hitl_request":{"wait_node_id":"w","colour":"red"},"pending_eca_request":{"connector_name":"x","auth_url":"y"},"parent_execution":"p","user_oidc_token":"o","user_tokens":{"x":"y"}}
            """;

        Assert.Equal(Body, Wire.Write(Wire.Patch(Body), ProtocolJson.Default.TaskPatch));
    }
}
