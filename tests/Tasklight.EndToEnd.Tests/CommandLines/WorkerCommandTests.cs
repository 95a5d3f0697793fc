using System.Text.Json.Nodes;
using Tasklight.Agents.Tests.Models;
using Tasklight.EndToEnd.Tests.AgentRuns;
using Tasklight.EndToEnd.Tests.Sdk;

namespace Tasklight.EndToEnd.Tests.CommandLines;

/// <summary><c>tasklight worker</c> as a process of its own, with the double of a provider.</summary>
public sealed class WorkerCommandTests(SharedServer server)
{
    [Fact]
    public async Task It_runs_the_named_agents_follows_them_and_leaves_in_order()
    {
        await using var mock = await AiMock.StartAsync("""{"match":{"userMessage":"Greet"},"response":{"content":"Hello"}}""");
        var name = $"model-{Guid.NewGuid():N}";
        var agent = await CreateAsync(name);
        using var worker = SampleProcess.Start(
            CommandRun.Assembly,
            ["worker", "--agents", name, "--concurrency", "5"],
            [
                ("TASKLIGHT_BASE_URL", server.Address.ToString()), ("TASKLIGHT_API_KEY", SharedServer.Key),
                ("TASKLIGHT_MODELS_OPENAI_URL", $"{mock.Address}v1"), ("TASKLIGHT_MODELS_OPENAI_KEY", "key"),
            ]);
        await IsGreetedAsync(agent);

        await server.Api.SendAsync(HttpMethod.Delete, $"/v1/agents/{agent}");
        await IsGreetedAsync(await CreateAsync(name));

        await worker.LeaveAsync();
    }

    [Fact]
    public async Task It_starts_the_programs_of_definitions_and_reaches_what_its_environment_allows()
    {
        await using var files = await StubProvider.StartAsync(StubProvider.Status(200, "what lies inside"));
        await using var mock = await AiMock.StartAsync(
            """{"match":{"userMessage":"what lies inside","hasToolResult":false},"response":{"toolCalls":[{"id":"echo_1","name":"echo","arguments":"{\"message\":\"hi\"}"}]}}""",
            """{"match":{"toolCallId":"echo_1","toolResultContains":"hi"},"response":{"content":"Echoed."}}""");
        var name = $"model-{Guid.NewGuid():N}";
        var program = new JsonObject { ["type"] = "local", ["transport"] = "stdio", ["name"] = "everything", ["command"] = EverythingServer.Command };
        var agent = await CreateAsync(name, new JsonArray(new JsonObject { ["item_id"] = "everything", ["type"] = "mcp", ["settings"] = new JsonObject { ["mcp_settings"] = program } }));
        using var worker = SampleProcess.Start(
            CommandRun.Assembly,
            ["worker", "--agents", name],
            [
                ("TASKLIGHT_BASE_URL", server.Address.ToString()), ("TASKLIGHT_API_KEY", SharedServer.Key), ("TASKLIGHT_FETCH_ALLOW", "127.0.0.0/8"),
                ("TASKLIGHT_MODELS_OPENAI_URL", $"{mock.Address}v1"), ("TASKLIGHT_MODELS_OPENAI_KEY", "key"),
            ]);

        var input = new JsonObject { ["text"] = "Read it", ["files"] = new JsonArray($"{files.Address}notes.txt") };
        var task = await server.Api.SendAsync(HttpMethod.Post, $"/agent-execution/{agent}", new JsonObject { ["input"] = input });
        Assert.Equal("Echoed.", (await server.Api.BecomesAsync(task["id"]!.GetValue<string>(), "completed"))["result"]!.GetValue<string>());
        await worker.LeaveAsync();
    }

    [Fact]
    public async Task A_named_agent_without_a_key_for_its_model_is_refused_with_the_settings_to_make()
    {
        var (first, second) = ($"model-{Guid.NewGuid():N}", $"model-{Guid.NewGuid():N}");
        await CreateAsync(first, provider: "openrouter");
        await CreateAsync(second, provider: "nobody");

        var run = await CommandRun.OfAsync(server, "worker", "--agents", first, second);

        Assert.Equal((2, ""), (run.Code, run.Text));
        Assert.Collection(
            run.Errors.TrimEnd().Split('\n').Order(StringComparer.Ordinal),
            line => Assert.Matches($"^Agent '({first}|{second})' cannot be run here: .* set TASKLIGHT_MODELS_(OPENROUTER_KEY|NOBODY_URL), or llm_", line),
            line => Assert.Matches($"^Agent '({first}|{second})' cannot be run here: .* set TASKLIGHT_MODELS_(OPENROUTER_KEY|NOBODY_URL), or llm_", line));
    }

    [Fact]
    public async Task Agents_without_a_key_for_their_models_are_left_to_others_until_they_bring_one()
    {
        await using var mock = await AiMock.StartAsync("""{"match":{"userMessage":"Greet"},"response":{"content":"Hello"}}""");
        await using var own = await ServerFixture.StartAsync("--fetch-allow", "127.0.0.0/8");
        using var api = new RestApi(new Uri(own.BaseUrl), own.Key);
        var agent = await api.CreateAgentAsync(Definition("clerk", "openrouter"));
        await api.CreateAgentAsync(Definition("other", "openrouter"));
        using var worker = SampleProcess.Start(
            CommandRun.Assembly, ["worker"], [("TASKLIGHT_BASE_URL", own.BaseUrl), ("TASKLIGHT_API_KEY", own.Key), ("TASKLIGHT_FETCH_ALLOW", "127.0.0.0/8")]);
        await SaysAsync(worker, "waiting for one. End with Ctrl+C.");
        var task = (await api.CreateTaskAsync(agent, "Greet me"))["id"]!.GetValue<string>();
        Assert.Equal("no_worker", await api.WhyAsync(task));

        await DeployAsync(api, agent, new JsonObject { ["llm_api_base"] = mock.Address.ToString(), ["llm_credentials"] = new JsonObject { ["name"] = "key", ["value"] = "its own" } });
        Assert.Equal("Hello", (await api.BecomesAsync(task, "completed"))["result"]!.GetValue<string>());
        await DeployAsync(api, agent, new JsonObject { ["llm_api_base"] = null, ["llm_credentials"] = null });
        await SaysAsync(worker, "No agent is left to work for");
        await worker.LeaveAsync();

        const string left = "is left to others: There is no key for openrouter: set TASKLIGHT_MODELS_OPENROUTER_KEY, or llm_credentials of the agent.";
        Assert.Equal([$"Agent 'clerk' {left}", "Working for agent 'clerk' now.", $"Agent 'clerk' {left}"], Lines("'clerk'"));
        Assert.Equal([$"Agent 'other' {left}"], Lines("'other'"));

        IEnumerable<string> Lines(string agent) => worker.Errors.Where(line => line.Contains(agent, StringComparison.Ordinal));
    }

    private static Task SaysAsync(SampleProcess worker, string sentence) =>
        Eventually.HoldsAsync(() => worker.Errors.Any(line => line.Contains(sentence, StringComparison.Ordinal)), $"the worker says: {sentence}");

    private static async Task DeployAsync(RestApi api, string agent, JsonObject change)
    {
        await api.SendAsync(HttpMethod.Patch, $"/v1/agents/{agent}", change);
        await api.SendAsync(HttpMethod.Put, $"/v1/agents/{agent}");
    }

    private async Task IsGreetedAsync(string agent)
    {
        var task = (await server.Api.CreateTaskAsync(agent, "Greet me"))["id"]!.GetValue<string>();
        Assert.Equal("Hello", (await server.Api.BecomesAsync(task, "completed"))["result"]!.GetValue<string>());
    }

    private Task<string> CreateAsync(string name, JsonArray? graph = null, string provider = "openai") => server.Api.CreateAgentAsync(Definition(name, provider, graph));

    private static JsonObject Definition(string name, string provider, JsonArray? graph = null) =>
        new() { ["name"] = name, ["model_provider"] = provider, ["model_name"] = "gpt-4o", ["output_format"] = "text", ["graph"] = graph ?? [] };
}
