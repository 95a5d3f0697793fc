using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.Protocol;
using Tasklight.Sdk;
using static Tasklight.EndToEnd.Tests.AgentRuns.OwnWorkersScene;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>How many tasks the server's own workers run at once, and that runs which wait for sub-tasks hold up nobody.</summary>
public sealed class OwnWorkersPlacesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_tasks_run_at_once_than_are_set_but_sub_tasks_need_no_place()
    {
        var (running, most, release) = (0, 0, new TaskCompletionSource());
        var model = new ScriptedChatClient
        {
            Otherwise = _ => new ScriptedTurn().Text("done").After(async ct =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await release.Task.WaitAsync(ct);
                Interlocked.Decrement(ref running);
            }),
        };
        await using var server = await StartAsync(model, "--runtime-concurrency", "2", "--runtime-agent-concurrency", "4");
        var (first, second) = (await CreateAgentAsync(server), await CreateAgentAsync(server));
        var tasks = new List<AgentTask>();
        foreach (var agent in (string[])[first.Id, second.Id, first.Id, second.Id])
            tasks.Add(await CreateTaskAsync(server, agent));
        await Eventually.HoldsAsync(() => Volatile.Read(ref running) == 2, "two tasks run");
        await Eventually.HoldsAsync(async () => (await Task.WhenAll(tasks.Select(task => task.ReloadAsync(Ct)))).All(task => task.Status == AgentExecutionStatus.Executing), "all tasks have a slot");
        Assert.Equal(2, Volatile.Read(ref most));

        tasks.Add(await CreateTaskAsync(server, first.Id, request => request.ParentExecutionId = tasks[0].Id));
        await Eventually.HoldsAsync(() => Volatile.Read(ref running) == 3, "the sub-task runs beside them");
        release.SetResult();

        Assert.All(await Task.WhenAll(tasks.Select(EndAsync)), task => Assert.Equal("done", task.Result));
    }

    /// <summary>Each agent may run one task at a time, by its own limit or by its worker's slots, and each asks the other one.</summary>
    [Theory]
    [InlineData(1, "--runtime-agent-concurrency", "6")]
    [InlineData(null, "--runtime-agent-concurrency", "1")]
    [InlineData(1, "--runtime-concurrency", "1")]
    public async Task Agents_that_ask_each_other_come_to_an_end_whatever_the_limits(int? limit, params string[] settings)
    {
        var model = new ScriptedChatClient
        {
            Otherwise = request => request.Results.Count == 0 && request.LastText.Length < 4 && request.Tools.FirstOrDefault(tool => tool.StartsWith("ask_", StringComparison.Ordinal)) is { } ask
                ? new ScriptedTurn().Call(ask, $$"""{"task":"{{request.LastText}}+"}""", "n")
                : new ScriptedTurn().Text(request.Results.Count == 0 ? request.LastText : (string)request.Results["n"]!),
        };
        await using var server = await StartAsync(model, settings);
        using var api = Api(server);
        var (left, right) = (await NamedAsync("left"), await NamedAsync("right"));
        await AskAsync(left, right);
        await AskAsync(right, left);

        var tasks = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => CreateTaskAsync(server, n % 2 == 0 ? left : right, request => request.Input = new() { Text = "x" })));

        Assert.All(await Task.WhenAll(tasks.Select(EndAsync)), task => Assert.Equal((AgentExecutionStatus.Completed, "x+++"), (task.Status, task.Result)));

        async Task<string> NamedAsync(string name) => await api.CreateAgentAsync(new JsonObject { ["name"] = name, ["model_provider"] = "openai", ["model_name"] = "gpt-4o", ["max_concurrency"] = limit });

        async Task AskAsync(string agent, string other)
        {
            await api.SendAsync(HttpMethod.Patch, $"/v1/agents/{agent}", new JsonObject { ["graph"] = new JsonArray(new JsonObject { ["item_id"] = other, ["type"] = "agent", ["targets"] = new JsonArray() }) });
            await api.SendAsync(HttpMethod.Put, $"/v1/agents/{agent}");
        }
    }

    [Fact]
    public async Task A_run_that_waits_for_a_sub_task_leaves_its_place_to_others()
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var model = new ScriptedChatClient
        {
            Otherwise = request => request.LastText != "Ask" || request.Results.Count > 0
                ? new ScriptedTurn().Text("done")
                : new ScriptedTurn().Call("ask_helper", """{"task":"Help"}""", "n").After(ct =>
                {
                    asked.TrySetResult();
                    return go.Task.WaitAsync(ct);
                }),
        };
        await using var server = await StartAsync(model, "--runtime-concurrency", "1");
        using var api = Api(server);
        var helper = await api.CreateAgentAsync(new JsonObject { ["name"] = "helper", ["model_provider"] = "openai", ["model_name"] = "gpt-4o", ["max_concurrency"] = 1 });
        var boss = await api.CreateAgentAsync(new JsonObject
        {
            ["model_provider"] = "openai",
            ["model_name"] = "gpt-4o",
            ["graph"] = new JsonArray(new JsonObject { ["item_id"] = helper, ["type"] = "agent", ["targets"] = new JsonArray() }),
        });
        var asking = await CreateTaskAsync(server, boss, request => request.Input = new() { Text = "Ask" });
        await asked.Task.InTime();

        // It has the helper's only slot and waits for the place.
        var first = await CreateTaskAsync(server, helper);
        await api.BecomesAsync(first.Id, "executing");
        go.SetResult();

        Assert.All(await Task.WhenAll(EndAsync(first), EndAsync(asking)), task => Assert.Equal("done", task.Result));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
                return;
        }
    }
}
