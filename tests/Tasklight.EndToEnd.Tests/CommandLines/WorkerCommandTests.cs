using System.Text.Json.Nodes;
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

    private async Task IsGreetedAsync(string agent)
    {
        var task = (await server.Api.CreateTaskAsync(agent, "Greet me"))["id"]!.GetValue<string>();
        Assert.Equal("Hello", (await server.Api.BecomesAsync(task, "completed"))["result"]!.GetValue<string>());
    }

    private Task<string> CreateAsync(string name) =>
        server.Api.CreateAgentAsync(new JsonObject { ["name"] = name, ["model_provider"] = "openai", ["model_name"] = "gpt-4o", ["output_format"] = "text" });
}
