using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The client package's own task and agent tests as scenarios (contract README §5), and the ways a client reaches the server.</summary>
public sealed class BaselineClientTests(SharedServer server) : BaselineScenario(server)
{
    [Fact]
    public async Task A_created_task_is_pending_and_in_the_history()
    {
        var created = await CreateAsync("what can you do");

        Assert.Equal(Options.AgentId, created.AgentId);
        Assert.Equal("what can you do", created.Text);
        Assert.Equal("pending", created.Status);
        Assert.Contains(await Client.ListAsync(Token), item => item["id"]!.GetValue<string>() == created.Id);
    }

    [Fact]
    public async Task A_task_of_the_list_can_be_loaded()
    {
        await CreateAsync("hi");

        var first = (await Client.ListAsync(Token))[0];
        var loaded = await Client.GetAsync(first["id"]!.GetValue<string>(), Token);

        Assert.Equal(first["id"]!.GetValue<string>(), loaded.Id);
    }

    [Fact]
    public async Task A_task_is_updated_stopped_saved_as_paused_and_stopped_again()
    {
        var created = await CreateAsync("hi");

        var updated = await Client.UpdateAsync(created.Id, new() { ["source"] = "sdk", ["status"] = "executing" }, Token);
        Assert.Equal("executing", updated.Status);
        Assert.Equal("sdk", updated.Fields["source"]!.GetValue<string>());

        var stopped = await Client.StopAsync(created.Id, Token);
        Assert.Equal("stopped", stopped.Status);
        Assert.True(stopped.Fields["is_manually_stopped"]!.GetValue<bool>());

        // The stale object is saved whole, with the started_at of its turn and its old is_manually_stopped.
        updated.Status = "paused";
        await updated.SaveAsync(Token);
        Assert.Equal("paused", updated.Status);

        await updated.StopAsync(Token);
        Assert.Equal("stopped", updated.Status);
    }

    [Fact]
    public async Task A_whole_save_with_the_clients_artefacts_is_understood()
    {
        var created = await CreateAsync("hi");
        created.Fields["expected_output"] = new JsonArray((JsonNode?)null);
        created.Fields["mcp_servers"] = new JsonArray(new JsonArray());
        created.Fields["triggering_agent_id"] = new JsonArray((JsonNode?)null);
        created.Fields["title"] = new JsonArray((JsonNode?)null);

        await created.SaveAsync(Token, withPlan: true);

        Assert.Null(created.Fields["expected_output"]);
        Assert.Empty(created.Fields["mcp_servers"]!.AsArray());
        Assert.Null(created.Fields["title"]);
    }

    [Fact]
    public async Task Everything_a_create_can_say_comes_back()
    {
        var created = await CreateAsync("all of it", id: $"thread {Guid.NewGuid():N}", new()
        {
            ["input"] = new JsonObject
            {
                ["text"] = "all of it",
                ["files"] = new JsonArray("https://example.org/a.csv"),
                ["user"] = new JsonObject { ["id"] = "u-1", ["email"] = "a@example.org", ["timezone"] = "Asia/Tokyo" },
            },
            ["payload_extension"] = new JsonObject { ["a"] = 1 },
            ["source"] = "webhook",
            ["output_format"] = "json",
            ["output_schema"] = new JsonObject { ["type"] = "object" },
            ["events_streaming"] = true,
            ["additional_context"] = "more",
            ["instructions_override"] = "be brief",
            ["expected_output"] = "a table",
            ["mcp_servers"] = new JsonArray(new JsonObject { ["name"] = "files", ["url"] = "https://example.org/mcp" }),
            ["title"] = "A title",
            ["think_mode"] = "harder",
            ["disable_attachment_injection"] = true,
            ["return_metrics"] = true,
        });

        var loaded = await Client.GetAsync(created.Id, Token);

        Assert.Equal(created.Fields.ToJsonString(), loaded.Fields.ToJsonString());
        Assert.Equal("webhook", loaded.Fields["source"]!.GetValue<string>());
        Assert.Equal("Asia/Tokyo", loaded.Fields["input"]!["user"]!["timezone"]!.GetValue<string>());
        Assert.Equal("json", loaded.Fields["output_format"]!.GetValue<string>());
        Assert.Equal("harder", loaded.Fields["think_mode"]!.GetValue<string>());
        Assert.Equal("https://example.org/mcp", loaded.Fields["mcp_servers"]![0]!["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_version_header_is_kept_as_text()
    {
        var created = await Client.CreateAsync("hi", Token, agentVersion: "3");

        Assert.Equal("3", created.Fields["agent_version"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lists_filter_by_user_status_and_parent()
    {
        var user = $"user-{Guid.NewGuid():N}";
        var input = new JsonObject { ["text"] = "x", ["user"] = new JsonObject { ["id"] = user, ["email"] = "a@example.org" } };
        var parent = await CreateAsync("parent");
        var child = await CreateAsync("x", more: new() { ["input"] = input, ["parent_execution_id"] = parent.Id });

        Assert.Equal(child.Id, Assert.Single(await Client.ListUserTasksAsync(user, Token))["id"]!.GetValue<string>());
        Assert.Equal(child.Id, Assert.Single(await Client.ListAsync(Token, filters: $"?parent_task_id={parent.Id}"))["id"]!.GetValue<string>());
        Assert.Equal(2, (await Client.ListAsync(Token, filters: "?status=AgentExecutionStatus.Pending")).Count);
        Assert.Empty(await Client.ListAsync(Token, filters: "?status=completed"));
    }

    [Fact]
    public async Task Events_begin_with_the_creation()
    {
        var created = await CreateAsync("what can you do", more: new() { ["events_streaming"] = true });
        Assert.True(created.EventsStreaming);

        await foreach (var found in created.EventsAsync(Token))
        {
            Assert.Equal("task_created", found.Type);
            Assert.Equal(created.Id, found.TaskId);
            Assert.Equal(created.OrganizationId, found.OrganizationId);
            Assert.Equal("pending", found.Task!.Status);
            return;
        }

        Assert.Fail("The stream ended without task_created.");
    }

    [Fact]
    public async Task The_stream_of_a_task_made_without_streaming_is_refused_as_json()
    {
        var created = await CreateAsync("quiet");
        Assert.Throws<InvalidOperationException>(() => created.EventsAsync(Token));

        var refused = await Assert.ThrowsAsync<ModelException>(async () => await Client.EventsAsync(created.Id, Token).FirstAsync(Token));
        Assert.Contains("409", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_of_external_tasks_end_at_once_and_can_be_repeated()
    {
        var id = Guid.NewGuid().ToString();
        var reported = await Client.ReportExternalAsync(
            new()
            {
                ["id"] = id,
                ["input"] = "Task with token tracking",
                ["llm_response"] = new JsonObject { ["content"] = "…", ["usage"] = new JsonObject { ["total_tokens"] = 125 } },
                ["tokens"] = new JsonObject { ["completion_tokens"] = 100, ["prompt_tokens"] = 25, ["total_tokens"] = 125 },
                ["result"] = "done",
                ["duration"] = 1.8,
                ["used_tools"] = new JsonArray("token_counter", "text_processor"),
            },
            Token);

        Assert.Equal(id, reported.Id);
        Assert.Equal(Options.AgentId, reported.AgentId);
        Assert.Equal("completed", reported.Status);
        Assert.Equal(125, reported.Tokens!["total_tokens"]!.GetValue<int>());

        var again = await Client.ReportExternalAsync(new() { ["id"] = id, ["input"] = "x", ["result"] = "failed after all", ["is_success"] = false }, Token);
        Assert.Equal("failed", again.Status);
        Assert.Equal("failed after all", again.Result!.GetValue<string>());
    }

    [Fact]
    public async Task A_report_needs_neither_id_nor_result()
    {
        var reported = await Client.ReportExternalAsync(new() { ["input"] = "just this" }, Token);

        Assert.Equal("completed", reported.Status);
        Assert.NotEmpty(reported.Id);
        Assert.NotNull(reported.Fields["source"]);
    }

    [Fact]
    public async Task A_wrong_key_is_403_and_an_unknown_task_404()
    {
        using var stranger = new BaselineClient(Options with { ApiKey = "nobody's key" });
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<BaselineException>(() => stranger.CreateAsync("x", Token))).Status);

        var unknown = Guid.NewGuid().ToString();
        foreach (var call in new Func<Task>[]
        {
            () => Client.GetAsync(unknown, Token),
            () => Client.UpdateAsync(unknown, new() { ["status"] = "executing" }, Token),
            () => Client.StopAsync(unknown, Token),
            () => Client.GetActivityAsync(unknown, Token),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<BaselineException>(call)).Status);
        }
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "/")]
    [InlineData(true, "")]
    [InlineData(true, "/")]
    public async Task The_organization_may_be_in_the_path_and_the_address_may_end_in_a_slash(bool prefix, string slash)
    {
        using var client = new BaselineClient(Options with { PrefixOrganization = prefix, BaseUrl = Options.BaseUrl + slash });

        var created = await client.CreateAsync("hi", Token, more: new() { ["events_streaming"] = true });
        await client.UpdateAsync(created.Id, new() { ["status"] = "executing" }, Token);
        await client.StopAsync(created.Id, Token);

        var types = await created.EventsAsync(Token).Select(static e => e.Type).ToListAsync(Token);
        Assert.Equal(["task_created", "task_updated", "task_finished"], types);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("another-organization")]
    public async Task A_foreign_organization_in_the_path_is_403(string organization)
    {
        using var client = new BaselineClient(Options with { PrefixOrganization = true, OrganizationId = organization });

        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<BaselineException>(() => client.CreateAsync("hi", Token))).Status);
    }

    [Fact]
    public async Task Agents_are_listed_and_loaded()
    {
        var items = await Client.ListAgentsAsync(Token);
        var agent = await Client.GetAgentAsync(Options.AgentId, Token);

        Assert.Contains(items, item => item["id"]!.GetValue<string>() == Options.AgentId);
        Assert.Equal(Options.AgentId, agent["id"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<BaselineException>(() => Client.GetAgentAsync("no-such-agent", Token))).Status);
    }

    [Fact]
    public async Task The_activity_of_a_task_is_a_thread()
    {
        var created = await CreateAsync("hello");
        await Client.UpdateAsync(created.Id, new() { ["status"] = "completed", ["result"] = "bye" }, Token);

        var thread = await Client.GetActivityAsync(created.Id, Token);

        var messages = thread!["messages"]!.AsArray();
        Assert.Equal(["user", "agent"], messages.Select(static m => m!["role"]!.GetValue<string>()));
        Assert.Equal(["hello", "bye"], messages.Select(static m => m!["content"]!["text"]!.GetValue<string>()));
    }
}
