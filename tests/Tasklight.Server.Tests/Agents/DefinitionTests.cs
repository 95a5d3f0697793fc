using System.Net;
using System.Text.Json.Nodes;
using Tasklight.Server.Tests.Api;

namespace Tasklight.Server.Tests.Agents;

/// <summary>What the runtime reads of an agent's definition: kept as it was sent, or refused with the field's name.</summary>
public sealed class DefinitionTests(ApiServer server) : IClassFixture<ApiServer>
{
    const string Definition = """
        {"name": "Clerk",
         "llm_settings": {"temperature": 0.2, "max_turns": 12, "tool_timeout_seconds": 30, "own": "kept"},
         "approvals": [{"tool": "refund_*", "required": 2, "approvers": ["ann", "ben"], "expires_in_seconds": 60, "allow_edit": true}, {"tool": "mail"}],
         "budget": {"max_tokens": 1000, "max_cost": 0.5, "action": "pause"},
         "tools": [{"id": "orders", "name": "orders", "method": "GET", "path": "/orders", "url": "https://api.example.com/orders/{id}", "headers": {"Authorization": "Bearer s3cret"}}]}
        """;

    [Fact]
    public async Task A_definition_is_kept_through_draft_versions_and_deployment()
    {
        var id = await server.NewAgentAsync(Definition);
        var patched = (await server.SendAsync("PATCH", $"/v1/agents/{id}", """{"budget": {"max_tool_calls": 0, "scope": "task"}}""")).Is(HttpStatusCode.OK);
        var deployed = (await server.GetAsync($"/agents/{id}")).Is(HttpStatusCode.OK);

        Assert.Equal("""{"max_tool_calls":0,"scope":"task","action":"stop"}""", patched.Json["budget"]!.ToJsonString());
        Assert.Equal("""{"max_tokens":1000,"max_cost":0.5,"scope":"tree","action":"pause"}""", deployed.Json["budget"]!.ToJsonString());
        Assert.Equal("""{"tool":"mail","required":1,"approvers":[],"expires_in_seconds":86400,"allow_edit":false}""", deployed.Json["approvals"]![1]!.ToJsonString());
        Assert.Equal(("12", "kept"), (deployed.Json["llm_settings"]!["max_turns"]!.ToString(), deployed.Json["llm_settings"]!["own"]!.ToString()));
        Assert.Equal("https://api.example.com/orders/{id}", deployed.Json["tools"]![0]!["url"]!.ToString());
        var cleared = (await server.SendAsync("PATCH", $"/v1/agents/{id}", """{"budget": null, "approvals": null}""")).Is(HttpStatusCode.OK);
        Assert.False(cleared.Json.AsObject().ContainsKey("budget") || cleared.Json.AsObject().ContainsKey("approvals"));
    }

    [Fact]
    public async Task Headers_of_an_operation_are_secret()
    {
        var id = await server.NewAgentAsync(Definition);
        var shown = (await server.GetAsync($"/v1/agents/{id}")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain("s3cret", shown.Text, StringComparison.Ordinal);
        await server.SendAsync("PATCH", $"/v1/agents/{id}", new JsonObject { ["tools"] = JsonNode.Parse(shown.Json["tools"]!.ToJsonString()), ["name"] = "Again" }.ToJsonString());
        await server.SendAsync("PUT", $"/v1/agents/{id}");

        var clear = (await server.GetAsync($"/agents/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("Bearer s3cret", clear.Json["tools"]![0]!["headers"]!["Authorization"]!.ToString());
    }

    [Fact]
    public async Task A_task_has_the_agents_budget_unless_it_brings_its_own()
    {
        var agent = await server.NewAgentAsync("""{"name": "Thrifty", "budget": {"max_tokens": 10}}""");
        var own = await server.PostAsync($"/agent-execution/{agent}", """{"input": {}, "budget": {"max_depth": 1}}""");
        var inherited = await server.PostAsync($"/agent-execution/{agent}", """{"input": {}}""");
        Assert.Equal("""{"max_depth":1,"scope":"tree","action":"stop"}""", own.Json["budget"]!.ToJsonString());
        Assert.Equal("""{"max_tokens":10,"scope":"tree","action":"stop"}""", inherited.Json["budget"]!.ToJsonString());
        (await server.PostAsync($"/agent-execution/{agent}", """{"input": {}, "budget": {"max_tokens": 0}}""")).Is(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("""{"llm_settings": {"temperature": 3}}""", "llm_settings,temperature")]
    [InlineData("""{"llm_settings": {"max_turns": 1.5}}""", "llm_settings,max_turns")]
    [InlineData("""{"llm_settings": {"max_tokens": "many"}}""", "llm_settings,max_tokens")]
    [InlineData("""{"llm_settings": []}""", "llm_settings")]
    [InlineData("""{"approvals": [{"required": 1}]}""", "approvals,0,tool")]
    [InlineData("""{"approvals": [{"tool": "x"}, {"tool": "y", "required": 0}]}""", "approvals,1,required")]
    [InlineData("""{"approvals": [{"tool": "y", "required": 2, "approvers": ["a"]}]}""", "approvals,0,required")]
    [InlineData("""{"approvals": [{"tool": "y", "expires_in_seconds": 0}]}""", "approvals,0,expires_in_seconds")]
    [InlineData("""{"budget": {"max_tokens": -1}}""", "budget,max_tokens")]
    [InlineData("""{"budget": {"max_cost": 0}}""", "budget,max_cost")]
    [InlineData("""{"budget": {"max_seconds": "long"}}""", "budget,max_seconds")]
    [InlineData("""{"budget": {"scope": "world"}}""", "budget,scope")]
    [InlineData("""{"budget": {"action": "explode"}}""", "budget,action")]
    [InlineData("""{"tools": [{"id": "t", "name": "t", "url": "ftp://x", "method": "GET"}]}""", "tools,0,url")]
    [InlineData("""{"tools": [{"id": "t", "name": "t", "url": "https://x/y", "method": "FETCH"}]}""", "tools,0,method")]
    [InlineData("""{"tools": [{"id": "t", "name": "t", "url": "https://x/y", "method": "GET", "headers": {"a b": "c"}}]}""", "tools,0,headers,a b")]
    [InlineData("""{"tools": [{"id": "t", "name": "t", "parameters": "string"}]}""", "tools,0,parameters")]
    public async Task A_wrong_field_is_named(string change, string path)
    {
        var body = JsonNode.Parse(change)!.AsObject();
        var patched = (await server.SendAsync("PATCH", $"/v1/agents/{server.Agent}", change)).Is(HttpStatusCode.UnprocessableEntity);
        body["name"] = "New";
        var posted = (await server.PostAsync("/v1/agents", body.ToJsonString())).Is(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(("body," + path, "body," + path), (Path(patched), Path(posted)));
    }

    static string Path(ApiAnswer answer) => string.Join(',', answer.Json["detail"]![0]!["loc"]!.AsArray().Select(part => part!.ToString()));

    [Theory]
    [InlineData("""{"type": "objct"}""", """["body","output_schema","type"]""")]
    [InlineData("""{"properties": {"a/b": {"type": 7}}}""", """["body","output_schema","properties","a/b","type"]""")]
    [InlineData("""{"$ref": "#/$defs/none"}""", """["body","output_schema"]""")]
    [InlineData(Pydantic, null)]
    [InlineData("""{"answer": "string"}""", null)]
    [InlineData("null", null)]
    public async Task An_output_schema_that_is_no_json_schema_is_refused_where_rest_takes_one(string schema, string? place)
    {
        var agent = await server.NewAgentAsync("""{"name": "a"}""");
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/v1/agents", $$"""{"name": "a", "output_schema": {{schema}}}"""),
            ("PATCH", $"/v1/agents/{agent}", $$"""{"output_schema": {{schema}}}"""),
            ("POST", $"/v1/agents/{agent}/invoke/async", $$"""{"input": {"text": "x"}, "output_schema": {{schema}}}"""),
        })
        {
            var answer = await server.SendAsync(method, path, body);
            Assert.Equal(place is null, answer.Status != HttpStatusCode.UnprocessableEntity);
            if (place is not null)
                Assert.Contains($$"""{"loc":{{place}},"msg":"Not a JSON Schema: """, answer.Text, StringComparison.Ordinal);
        }

        (await server.PostAsync($"/agent-execution/{agent}", $$"""{"input": {}, "output_schema": {{schema}}}""")).Is(HttpStatusCode.OK);
    }

    /// <summary>What Python's Pydantic 2 makes of a class with a list, an optional field, an enum and a class of its own.</summary>
    const string Pydantic = """
        {"$defs": {"Kind": {"enum": ["a", "b"], "title": "Kind", "type": "string"},
          "Line": {"properties": {"text": {"maxLength": 9, "title": "Text", "type": "string"}, "more": {"anyOf": [{"$ref": "#/$defs/Line"}, {"type": "null"}], "default": null}}, "required": ["text"], "title": "Line", "type": "object"}},
         "description": "An order.", "properties": {"kind": {"$ref": "#/$defs/Kind", "default": "a"}, "lines": {"items": {"$ref": "#/$defs/Line"}, "title": "Lines", "type": "array"},
          "at": {"anyOf": [{"format": "date-time", "type": "string"}, {"type": "null"}], "default": null, "title": "At"}, "tags": {"additionalProperties": {"type": "number"}, "title": "Tags", "type": "object"}},
         "required": ["lines", "tags"], "title": "Order", "type": "object"}
        """;
}
