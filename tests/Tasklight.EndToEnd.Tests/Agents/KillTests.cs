using System.Globalization;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Chaos;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>
/// The server is killed (kill -9) while it runs eleven tasks of five calls each, one held at every place between two steps. All go on behind
/// their last stored step in its next life.
/// </summary>
public sealed class KillTests
{
    [Fact]
    public async Task Every_task_of_a_killed_server_goes_on_behind_its_last_stored_step()
    {
        await using var provider = await HoldingProvider.StartAsync();
        await using var server = await ServerProcess.StartAsync("--fetch-allow", "127.0.0.1", "--runtime", "true");
        var agent = await server.Api.CreateAgentAsync(Definition(provider.Address));
        var tasks = new List<string>();
        for (var place = 0; place < HoldingProvider.Places; place++)
        {
            tasks.Add((await server.Api.CreateTaskAsync(agent, place.ToString(CultureInfo.InvariantCulture)))["id"]!.GetValue<string>());
        }

        await Eventually.HoldsAsync(() => provider.Held == HoldingProvider.Places, "every task is held at its place");
        await server.KillAsync();
        provider.LetGo();
        await server.StartAgainAsync();

        for (var place = 0; place < HoldingProvider.Places; place++)
        {
            var ended = await server.Api.BecomesAsync(tasks[place], "completed");
            Assert.Equal("10 20 30 40 50", ended["result"]!.GetValue<string>());
            var made = provider.Made.Where(call => call.Task == place).ToList();
            // Held in a call, the task does that one again, with the same key; no other is ever made twice.
            int[] again = place % 2 == 1 ? [(place + 1) / 2] : [];
            Assert.Equal([.. Enumerable.Range(1, HoldingProvider.Calls).Concat(again).Order()], made.Select(call => call.Number).Order());
            Assert.Equal(HoldingProvider.Calls, made.Select(call => call.Key).Distinct(StringComparer.Ordinal).Count());
            var steps = (await server.Api.SendAsync(HttpMethod.Get, $"/v1/tasks/{tasks[place]}/session?all=true"))["steps"]!.AsArray();
            Assert.Equal(Enumerable.Range(1, HoldingProvider.Places + 1), steps.Select(step => step!["number"]!.GetValue<int>()));
        }
    }

    private static JsonObject Definition(Uri provider) => new()
    {
        ["model_provider"] = "openai",
        ["model_name"] = "gpt-4o",
        ["llm_api_base"] = $"{provider}v1",
        ["llm_credentials"] = new JsonObject { ["name"] = "key", ["value"] = "k" },
        ["output_format"] = "text",
        ["tools"] = new JsonArray(new JsonObject
        {
            ["id"] = "count",
            ["name"] = "count",
            ["description"] = "Counts.",
            ["method"] = "POST",
            ["path"] = "/count",
            ["url"] = $"{provider}count",
            ["parameters"] = JsonNode.Parse("""{"type":"object","required":["task","number"],"properties":{"task":{"type":"integer"},"number":{"type":"integer"}}}"""),
        }),
    };
}
