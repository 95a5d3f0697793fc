using System.Net;
using System.Text;
using System.Text.Json;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Agents;

public sealed class AgentsTests : IAsyncLifetime
{
    RunningServer _server = null!;

    HttpClient Client => _server.Client;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_name_is_enough_for_an_active_and_deployed_agent()
    {
        var created = await Client.JsonAsync("POST", "/v1/agents", new { name = "Reporter" }, HttpStatusCode.Created);
        var agent = await Client.JsonAsync("GET", $"/agents/{created.Text("id")}");

        Assert.Equal(("Reporter", "ACTIVE", 1), (agent.Text("name"), agent.Text("status"), agent.GetProperty("version").GetInt32()));
        Assert.False(agent.GetProperty("has_pending_changes").GetBoolean());
        Assert.Equal(RunningServer.Organization, agent.Text("organization_id"));
    }

    [Fact]
    public async Task The_baseline_client_finds_every_field_it_needs()
    {
        var id = await CreateAsync(new { name = "Reporter", llm_reasoning_effort = "xhigh" });
        var agent = await Client.JsonAsync("GET", $"/agents/{id}");

        foreach (var name in new[] { "id", "organization_id", "name", "unique_name", "model_provider", "model_name", "framework", "environment_id", "icon" })
            Assert.Equal(JsonValueKind.String, agent.GetProperty(name).ValueKind);
        foreach (var name in new[] { "graph", "tools", "source_nodes", "knowledge_bases", "orchestration_nodes", "pre_auth_audiences" })
            Assert.Equal(JsonValueKind.Array, agent.GetProperty(name).ValueKind);
        foreach (var name in new[] { "instructions", "notification_settings", "connectivity_details", "llm_extra_headers" })
            Assert.Equal(JsonValueKind.Object, agent.GetProperty(name).ValueKind);
        Assert.Equal("""{"session_storage":false}""", agent.GetProperty("agno_settings").GetRawText());
        Assert.Equal("high", agent.Text("llm_reasoning_effort"));
        Assert.False(agent.TryGetProperty("configuration", out _));
        Assert.Equal("xhigh", (await Client.JsonAsync("GET", $"/v1/agents/{id}")).Text("llm_reasoning_effort"));

        var item = Assert.Single((await Client.JsonAsync("GET", "/agents/list")).EnumerateArray());
        foreach (var name in new[] { "id", "name", "organization_id", "icon", "status", "created_at" })
            Assert.Equal(JsonValueKind.String, item.GetProperty(name).ValueKind);
        Assert.Equal("""{"role":[],"goal":[],"general":""}""", item.GetProperty("instructions").GetRawText());
    }

    [Fact]
    public async Task A_change_waits_as_a_draft_until_it_is_deployed()
    {
        var id = await CreateAsync(new { name = "One", model_name = "small" });

        var draft = await Client.JsonAsync("PATCH", $"/v1/agents/{id}", new { name = "Two" });
        Assert.Equal(("Two", true, 1), (draft.Text("name"), draft.GetProperty("has_pending_changes").GetBoolean(), draft.GetProperty("version").GetInt32()));
        Assert.Equal("One", (await Client.JsonAsync("GET", $"/agents/{id}")).Text("name"));

        var deployed = await Client.JsonAsync("PUT", $"/v1/agents/{id}");
        Assert.Equal(("Two", false, 2), (deployed.Text("name"), deployed.GetProperty("has_pending_changes").GetBoolean(), deployed.GetProperty("version").GetInt32()));
        Assert.Equal(("Two", "small"), ((await Client.JsonAsync("GET", $"/agents/{id}")).Text("name"), deployed.Text("model_name")));

        var old = await Client.JsonAsync("GET", $"/agents/{id}", headers: ("x-agent-version", "1"));
        Assert.Equal(("One", 1, false), (old.Text("name"), old.GetProperty("version").GetInt32(), old.GetProperty("is_latest").GetBoolean()));
        Assert.Equal(
            (HttpStatusCode.NotFound, $$"""{"detail":"Agent '{{id}}' has no version '9' in this organization.","code":"not_found"}"""),
            await Client.CallAsync("GET", $"/agents/{id}", headers: ("x-agent-version", "9")));
    }

    [Fact]
    public async Task A_draft_status_defers_the_first_deployment()
    {
        var id = await CreateAsync(new { name = "Later", status = "DRAFT" });
        Assert.Equal(("DRAFT", 0), Seen(await Client.JsonAsync("GET", $"/agents/{id}")));

        Assert.Equal(("ACTIVE", 1), Seen(await Client.JsonAsync("PUT", $"/v1/agents/{id}")));

        static (string, int) Seen(JsonElement agent) => (agent.Text("status"), agent.GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_deleted_agent_is_gone()
    {
        var id = await CreateAsync(new { name = "Gone" });

        Assert.Equal(HttpStatusCode.Accepted, (await Client.CallAsync("DELETE", $"/v1/agents/{id}")).Status);

        foreach (var (method, path) in new[] { ("GET", $"/agents/{id}"), ("GET", $"/v1/agents/{id}"), ("PUT", $"/v1/agents/{id}"), ("DELETE", $"/v1/agents/{id}") })
            Assert.Equal((HttpStatusCode.NotFound, $$"""{"detail":"There is no agent '{{id}}' in this organization.","code":"not_found"}"""), await Client.CallAsync(method, path));
    }

    [Fact]
    public async Task Lists_come_in_pages_newest_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, await CreateAsync(new { name = $"Agent {i}" }));

        var page = await Client.JsonAsync("GET", "/v1/agents?page=2&per_page=2");
        var full = await Client.JsonAsync("GET", "/v1/agents/full?per_page=50");

        Assert.Equal(ids[2..4], page.GetProperty("items").EnumerateArray().Select(static agent => agent.Text("id")));
        Assert.Equal((5, 2, 2, 3), (Number("total"), Number("page"), Number("per_page"), Number("total_pages")));
        Assert.Equal(ids, full.GetProperty("items").EnumerateArray().Select(static agent => agent.Text("id")));
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, """{"detail":[{"loc":["query","per_page"],"msg":"'51' is not a whole number from 1 to 50.","type":"value_error"}],"code":"validation_failed"}"""),
            await Client.CallAsync("GET", "/v1/agents?per_page=51"));

        int Number(string name) => page.GetProperty(name).GetInt32();
    }

    [Theory]
    [InlineData("""{}""", """{"loc":["body","name"],"msg":"Field required: a text that is not empty.","type":"missing"}""")]
    [InlineData("""{"name":"a","llm_reasoning_effort":"enormous"}""", """{"loc":["body","llm_reasoning_effort"],"msg":"'enormous' is not one of: low, medium, high, xhigh.","type":"value_error"}""")]
    [InlineData("""{"name":"a","max_attempts":11}""", """{"loc":["body","max_attempts"],"msg":"11 is not between 1 and 10.","type":"value_error"}""")]
    public async Task A_wrong_field_is_named(string body, string error)
    {
        var (status, answer) = await Client.CallAsync("POST", "/v1/agents", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, $$"""{"detail":[{{error}}],"code":"validation_failed"}"""), (status, answer));
    }

    [Fact]
    public async Task Secrets_are_clear_for_workers_masked_for_others_and_kept_when_the_mask_comes_back()
    {
        var id = await CreateAsync(new
        {
            name = "Secretive",
            llm_credentials = new { name = "OPENAI_API_KEY", value = "sk-open-sesame" },
            llm_extra_headers = new { Authorization = "Bearer sesame" },
            graph = new[] { new { item_id = "m", type = "mcp", settings = new { mcp_settings = new { name = "m", url = "https://m.example", api_key = "mcp-sesame" } } } },
        });
        using var reader = _server.NewClient((await Client.JsonAsync("POST", "/v1/keys", new { name = "r", scopes = new[] { "tasks:read" } }, HttpStatusCode.Created)).Text("key"));
        await Client.JsonAsync("PATCH", $"/v1/agents/{id}", new { description = "x", llm_credentials = new { name = "OPENAI_API_KEY", value = "***" } });
        await Client.JsonAsync("PUT", $"/v1/agents/{id}");

        var clear = await Client.JsonAsync("GET", $"/agents/{id}");
        var (_, masked) = await reader.CallAsync("GET", $"/agents/{id}");
        var (_, rest) = await Client.CallAsync("GET", $"/v1/agents/{id}");

        Assert.Equal("sk-open-sesame", clear.GetProperty("llm_credentials").Text("value"));
        Assert.Equal("Bearer sesame", clear.GetProperty("llm_extra_headers").Text("authorization"));
        Assert.Equal("mcp-sesame", clear.GetProperty("graph")[0].GetProperty("settings").GetProperty("mcp_settings").Text("api_key"));
        Assert.All([masked, rest], static text => Assert.DoesNotContain("sesame", text, StringComparison.Ordinal));
        Assert.All([masked, rest], static text => Assert.Contains("***", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"llm_api_base": "https://evil.example/v1"}""", "llm_credentials llm_extra_headers.x")]
    [InlineData("""{"llm_api_base": "https://models.example/v2"}""", null)]
    [InlineData("""{"llm_api_base": "https://evil.example/v1", "llm_credentials": null, "llm_extra_headers": {"x": "sesame"}}""", null)]
    [InlineData("""{"tools": [{"id": "t", "name": "t", "method": "GET", "url": "https://evil.example/{id}", "headers": {"x": "***"}}]}""", "tools.t.headers.x")]
    [InlineData("""{"tools": [{"id": "t", "name": "t", "method": "GET", "url": "https://t.example/other", "headers": {"x": "***"}}]}""", null)]
    [InlineData("""{"graph": [{"item_id": "m", "type": "mcp", "settings": {"mcp_settings": {"name": "m", "url": "https://evil.example", "api_key": "***"}}}]}""", "graph.m.api_key")]
    [InlineData("""{"graph": [{"item_id": "m", "type": "mcp", "settings": {"mcp_settings": {"name": "m", "url": "https://evil.example", "api_key": "new"}}}]}""", null)]
    [InlineData("""{"graph": [{"item_id": "m", "type": "mcp", "settings": {"mcp_settings": {"name": "m", "url": "https://m.example/v2?token=***", "api_key": "***"}}}]}""", null)]
    public async Task A_secret_that_is_not_sent_again_is_kept_for_the_same_origin_only(string patch, string? refused)
    {
        var id = await CreateAsync(new
        {
            name = "Secretive",
            llm_api_base = "https://models.example/v1",
            llm_credentials = new { name = "OPENAI_API_KEY", value = "sk-open-sesame" },
            llm_extra_headers = new { x = "sesame" },
            tools = new[] { new { id = "t", name = "t", method = "GET", url = "https://t.example/{id}", headers = new { x = "sesame" } } },
            graph = new[] { new { item_id = "m", type = "mcp", settings = new { mcp_settings = new { name = "m", url = "https://m.example/?token=sesame", api_key = "sesame" } } } },
        });

        var (status, answer) = await Client.CallAsync("PATCH", $"/v1/agents/{id}", new StringContent(patch, Encoding.UTF8, "application/json"));

        Assert.Equal(refused is null ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, status);
        var fields = refused is null ? [] : JsonDocument.Parse(answer).RootElement.GetProperty("detail").EnumerateArray().Select(static error => error.GetProperty("loc")[1].GetString());
        Assert.Equal(refused ?? "", string.Join(' ', fields));
        Assert.True(refused is null || answer.Contains("send the secret again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Saving_what_an_agent_is_already_changes_nothing_secrets_included()
    {
        object Definition(string key) => new
        {
            name = "Same",
            llm_credentials = new { name = "OPENAI_API_KEY", value = key },
            graph = new[] { new { item_id = "m", type = "mcp", settings = new { mcp_settings = new { name = "m", url = "https://m.example", headers = new { X = "sesame" } } } } },
        };
        var created = await Client.JsonAsync("POST", "/v1/agents", Definition("sk-open-sesame"), HttpStatusCode.Created);
        var id = created.Text("id");

        var same = await Client.JsonAsync("PATCH", $"/v1/agents/{id}", Definition("sk-open-sesame"));
        var other = await Client.JsonAsync("PATCH", $"/v1/agents/{id}", Definition("sk-close-sesame"));

        Assert.Equal((false, created.Text("updated_at")), (same.GetProperty("has_pending_changes").GetBoolean(), same.Text("updated_at")));
        Assert.True(other.GetProperty("has_pending_changes").GetBoolean());
        await Client.JsonAsync("PUT", $"/v1/agents/{id}");
        Assert.Equal("sk-close-sesame", (await Client.JsonAsync("GET", $"/agents/{id}")).GetProperty("llm_credentials").Text("value"));
    }

    [Fact]
    public async Task A_workers_own_tools_appear_in_the_graph()
    {
        var id = await CreateAsync(new { name = "Tooled" });
        object[] tools = [new { id = "add", name = "add", method = "GET", path = "/tools/add", is_local = true, should_add_to_graph = true }];

        var answer = await Client.JsonAsync("PATCH", $"/agents/{id}/sync_local_tools", tools);
        await Client.JsonAsync("PATCH", $"/agents/{id}/sync_local_tools", tools);
        var agent = await Client.JsonAsync("GET", $"/agents/{id}");

        Assert.Equal("add", answer.GetProperty("graph")[0].Text("item_id"));
        Assert.Equal(("add", 1, 2), (agent.GetProperty("tools")[0].Text("id"), agent.GetProperty("graph").GetArrayLength(), agent.GetProperty("version").GetInt32()));
        Assert.False(agent.GetProperty("has_pending_changes").GetBoolean());
    }

    [Fact]
    public async Task A_workers_tools_replace_no_operation_and_take_no_approval_away()
    {
        object[] defined =
        [
            new { id = "pay", name = "pay", method = "POST", path = "/", url = "https://shop.example/pay", headers = new { x = "sesame" }, requires_approval = true },
            new { id = "own", name = "own", method = "POST", path = "/", requires_approval = true },
        ];
        var id = await CreateAsync(new { name = "Guarded", tools = defined });

        await Client.JsonAsync("PATCH", $"/agents/{id}/sync_local_tools", (object[])
        [
            new { id = "pay", name = "pay", method = "POST", path = "/tools/pay", url = "https://evil.example/pay" },
            new { id = "own", name = "own", method = "POST", path = "/tools/own" },
            new { id = "new", name = "new", method = "POST", path = "/tools/new", url = "https://evil.example/new", headers = new { x = "y" } },
        ]);

        var tools = (await Client.JsonAsync("GET", $"/v1/agents/{id}")).GetProperty("tools").EnumerateArray().ToDictionary(tool => tool.Text("id"));
        Assert.Equal(("https://shop.example/pay", true), (tools["pay"].Text("url"), tools["pay"].GetProperty("requires_approval").GetBoolean()));
        Assert.Equal(("/tools/own", true), (tools["own"].Text("path"), tools["own"].GetProperty("requires_approval").GetBoolean()));
        Assert.False(tools["new"].TryGetProperty("url", out _) || tools["new"].TryGetProperty("headers", out _));
    }

    [Theory]
    [InlineData("[null]", """{"loc":["body",0],"msg":"null is not allowed in this list.","type":"type_error"}""")]
    [InlineData("""[{"id":"a","name":"a"},{"name":"b"}]""", """{"loc":["body",1,"id"],"msg":"Field required: a text that is not empty.","type":"missing"}""")]
    [InlineData("""[{"id":"a","name":"a","method":"GET","url":"there"}]""", """{"loc":["body",0,"url"],"msg":"Expected an http or https address, such as https://api.example.com/orders/{id}.","type":"value_error"}""")]
    public async Task A_workers_tool_that_cannot_be_used_is_refused(string tools, string error)
    {
        var id = await CreateAsync(new { name = "Tooled" });

        var (status, text) = await Client.CallAsync("PATCH", $"/agents/{id}/sync_local_tools", System.Text.Json.JsonDocument.Parse(tools).RootElement);

        Assert.True(status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, text);
        Assert.Contains(error, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agents_tools_have_an_end()
    {
        var id = await CreateAsync(new { name = "Tooled" });
        await Client.JsonAsync("PATCH", $"/agents/{id}/sync_local_tools", Enumerable.Range(0, 1_000).Select(static number => new { id = $"t{number}", name = "t" }));

        var (status, text) = await Client.CallAsync("PATCH", $"/agents/{id}/sync_local_tools", new[] { new { id = "one-more", name = "t" } });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("An agent has at most 1000 tools; it has 1000.", text, StringComparison.Ordinal);
    }

    async Task<string> CreateAsync(object body) => (await Client.JsonAsync("POST", "/v1/agents", body, HttpStatusCode.Created)).Text("id");
}
