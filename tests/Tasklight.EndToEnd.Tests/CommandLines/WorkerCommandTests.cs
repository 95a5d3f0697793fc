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

    private async Task IsGreetedAsync(string agent)
    {
        var task = (await server.Api.CreateTaskAsync(agent, "Greet me"))["id"]!.GetValue<string>();
        Assert.Equal("Hello", (await server.Api.BecomesAsync(task, "completed"))["result"]!.GetValue<string>());
    }

    private Task<string> CreateAsync(string name, JsonArray? graph = null) =>
        server.Api.CreateAgentAsync(new JsonObject { ["name"] = name, ["model_provider"] = "openai", ["model_name"] = "gpt-4o", ["output_format"] = "text", ["graph"] = graph ?? [] });
}
