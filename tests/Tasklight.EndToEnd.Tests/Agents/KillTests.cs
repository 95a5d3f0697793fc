using System.Globalization;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Chaos;
using Tasklight.EndToEnd.Tests.CommandLines;
using Tasklight.EndToEnd.Tests.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>
/// The process that runs agents is killed (kill -9) while it runs eleven tasks of five calls each, one held at every place between two steps. All
/// go on behind their last stored step, in its next life or in another process, and who reads along misses nothing.
/// </summary>
public sealed class KillTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_task_of_a_killed_server_goes_on_behind_its_last_stored_step()
    {
        await using var provider = await HoldingProvider.StartAsync();
        await using var server = await ServerProcess.StartAsync("--fetch-allow", "127.0.0.1", "--runtime", "true");
        var tasks = await CreateTasksAsync(server, await server.Api.CreateAgentAsync(Definition(provider.Address)));
        var readers = ReadAlong(server, tasks);

        await EveryTaskIsHeldAsync(provider);
        await server.KillAsync();
        provider.LetGo();
        await server.StartAgainAsync();

        await EveryTaskGoesOnAsync(server, provider, tasks, readers);
    }

    [Fact]
    public async Task Every_task_of_a_killed_worker_goes_on_in_another_process()
    {
        await using var provider = await HoldingProvider.StartAsync();
        await using var server = await ServerProcess.StartAsync("--runtime", "false", "--sessions-expiry-closed", "3s");
        var agent = await server.Api.CreateAgentAsync(Definition(provider.Address));
        using var first = Work(server, agent);
        var tasks = await CreateTasksAsync(server, agent);
        var readers = ReadAlong(server, tasks);

        await EveryTaskIsHeldAsync(provider);
        first.Kill();
        await first.WaitForExitAsync(Ct).InTime();
        provider.LetGo();
        using var second = Work(server, agent);

        await EveryTaskGoesOnAsync(server, provider, tasks, readers);
        await second.LeaveAsync();
    }

    private static SampleProcess Work(ServerProcess server, string agent) => SampleProcess.Start(
        CommandRun.Assembly,
        ["worker", "--agents", agent, "--concurrency", "20"],
        [("TASKLIGHT_BASE_URL", server.Address.ToString()), ("TASKLIGHT_API_KEY", ServerProcess.Key), ("TASKLIGHT_FETCH_ALLOW", "127.0.0.1")]);

    private static async Task<IReadOnlyList<string>> CreateTasksAsync(ServerProcess server, string agent)
    {
        var tasks = new List<string>();
        for (var place = 0; place < HoldingProvider.Places; place++)
        {
            tasks.Add((await server.Api.CreateTaskAsync(agent, place.ToString(CultureInfo.InvariantCulture)))["id"]!.GetValue<string>());
        }

        return tasks;
    }

    private static List<Task<List<long>>> ReadAlong(ServerProcess server, IReadOnlyList<string> tasks) => [.. tasks.Select(task => new Watcher(server.Address, task).ReadToEndAsync(Ct))];

    private static Task EveryTaskIsHeldAsync(HoldingProvider provider) => Eventually.HoldsAsync(() => provider.Held == HoldingProvider.Places, "every task is held at its place");

    private static async Task EveryTaskGoesOnAsync(ServerProcess server, HoldingProvider provider, IReadOnlyList<string> tasks, List<Task<List<long>>> readers)
    {
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
            await ReadsWithoutGapAsync(server, tasks[place], await readers[place].InTime());
        }
    }

    private static async Task ReadsWithoutGapAsync(ServerProcess server, string task, List<long> seen)
    {
        Assert.Equal(Enumerable.Range(1, seen.Count).Select(number => (long)number), seen);
        var log = await server.Api.LogAsync(task);
        Assert.Single(log, update => Type(update) == "task_finished");
        Assert.Equal(HoldingProvider.Calls, log.Where(update => Type(update) == "tool_call_result").Select(update => update["data"]!["request_id"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
    }

    private static string Type(JsonNode update) => update["type"]!.GetValue<string>();

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
