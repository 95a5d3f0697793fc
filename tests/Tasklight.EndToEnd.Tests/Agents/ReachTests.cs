using System.Text.Json.Nodes;
using Tasklight.Agents.Tests.Models;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>What agents reach that the server itself runs: whoever may define one must not reach what only the server can.</summary>
public sealed class ReachTests
{
    [Fact]
    public async Task A_model_at_a_private_address_is_not_asked_unless_the_operator_lets_it_through()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("hello"));
        var definition = Agent(new() { ["model_provider"] = "openai", ["llm_api_base"] = $"{stub.Address}v1", ["llm_credentials"] = new JsonObject { ["name"] = "key", ["value"] = "k" } });

        var refused = await RunAsync(definition, "error");
        Assert.Contains("127.0.0.1 is not asked: the address is private or local", refused, StringComparison.Ordinal);
        Assert.Empty(stub.Requests);

        Assert.Equal("hello", await RunAsync(definition, "completed", "--fetch-allow", "127.0.0.0/8"));
        Assert.Equal("hello", await RunAsync(definition, "completed", "--fetch-guard", "false"));
    }

    [Fact]
    public async Task The_operators_model_may_be_local_but_the_tools_of_agents_may_not()
    {
        await using var secret = await StubProvider.StartAsync(StubProvider.Says("the secret"));
        var call = """{"role":"assistant","tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"look","arguments":"{}"}}]}""";
        await using var stub = await StubProvider.StartAsync(StubProvider.Stream(StubProvider.Chunk(call, "tool_calls"), "[DONE]"), StubProvider.Says("It is out of reach."));
        Environment.SetEnvironmentVariable("TASKLIGHT_MODELS_REACH_TESTS_URL", stub.Address.ToString());

        var result = await RunAsync(
            Agent(new()
            {
                ["model_provider"] = "reach-tests",
                ["tools"] = new JsonArray(new JsonObject { ["id"] = "look", ["name"] = "look", ["description"] = "Looks.", ["method"] = "GET", ["path"] = "/", ["url"] = $"{secret.Address}secret" }),
            }),
            "completed");

        Assert.Equal("It is out of reach.", result);
        Assert.Contains("127.0.0.1 could not be called", stub.Requests[1].Body, StringComparison.Ordinal);
        Assert.Empty(secret.Requests);
    }

    [Fact]
    public async Task An_mcp_server_at_a_private_address_is_not_reached()
    {
        await using var secret = await StubProvider.StartAsync(StubProvider.Says("the secret"));
        var settings = new JsonObject { ["name"] = "files", ["url"] = $"{secret.Address}mcp", ["transport"] = "streamable-http" };
        var item = new JsonObject { ["id"] = "1", ["item_id"] = "files", ["type"] = "mcp", ["targets"] = new JsonArray(), ["settings"] = new JsonObject { ["mcp_settings"] = settings } };

        var result = await RunAsync(Agent(new() { ["model_provider"] = "ollama", ["graph"] = new JsonArray(item) }), "error");

        Assert.StartsWith("MCP server 'files' is not reached from here", result, StringComparison.Ordinal);
        Assert.Empty(secret.Requests);
    }

    [Fact]
    public async Task Files_of_tasks_follow_the_same_settings()
    {
        await using var files = await StubProvider.StartAsync(StubProvider.Status(200, "what lies inside"));
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("I have read it."));
        Environment.SetEnvironmentVariable("TASKLIGHT_MODELS_REACH_FILES_URL", stub.Address.ToString());
        var attached = new JsonObject { ["files"] = new JsonArray($"{files.Address}notes.txt") };

        await RunAsync(Agent(new() { ["model_provider"] = "reach-files" }), "completed", attached);
        Assert.Empty(files.Requests);
        Assert.Contains("127.0.0.1 is at a private or local address", stub.Requests[0].Body, StringComparison.Ordinal);

        await RunAsync(Agent(new() { ["model_provider"] = "reach-files" }), "completed", attached, "--fetch-allow", "127.0.0.1");
        Assert.Contains("what lies inside", stub.Requests[1].Body, StringComparison.Ordinal);
    }

    private static JsonObject Agent(JsonObject more)
    {
        more["model_name"] = "gpt-4o";
        more["output_format"] = "text";
        return more;
    }

    private static Task<string> RunAsync(JsonObject agent, string status, params string[] settings) => RunAsync(agent, status, [], settings);

    private static async Task<string> RunAsync(JsonObject agent, string status, JsonObject input, params string[] settings)
    {
        await using var server = await ServerFixture.StartAsync(["--runtime", "true", .. settings]);
        using var api = new RestApi(new Uri(server.BaseUrl), server.Key);
        var asked = (JsonObject)input.DeepClone();
        asked["text"] = "Hello";
        var task = await api.SendAsync(HttpMethod.Post, $"/agent-execution/{await api.CreateAgentAsync((JsonObject)agent.DeepClone())}", new JsonObject { ["input"] = asked });
        var ended = await Eventually.IsAsync(async () => await api.GetTaskAsync(task["id"]!.GetValue<string>()) is var found && found["finished_at"] is not null ? found : null, "the task has ended");
        Assert.Equal((status, true), (ended["status"]!.GetValue<string>(), ended["result"] is not null));
        return ended["result"]!.GetValue<string>();
    }
}
