using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Laws;

/// <summary>Law 6: nothing waits without a reason, and with what would unblock it.</summary>
public sealed class WaitLawTests(SharedServer server)
{
    [Fact]
    public async Task Law_6_every_task_that_does_not_run_says_why_and_what_would_unblock_it()
    {
        var agent = await server.Api.CreateAgentAsync(new() { ["max_concurrency_per_user"] = 1 });
        var user = new JsonObject { ["id"] = "u-1", ["email"] = "u@example.org" };

        var early = await CreateAsync(agent, new() { ["not_before"] = DateTimeOffset.UtcNow.AddHours(1).ToString("O") });
        var local = await CreateAsync(agent, new() { ["run_locally"] = true });
        var pinned = await CreateAsync(agent, new() { ["worker_id"] = "a worker that is away" });
        var running = await CreateAsync(agent, [], user);
        await SaysAsync("no_worker", running);

        await using var worker = await WireWorker.ConnectAsync(server, agent, slots: 2);
        var (_, lease) = await worker.NextAsync("agent-execution");
        await SaysAsync("dispatched", running);
        await worker.SaveAsync(running, lease, new() { ["status"] = "executing" });
        await SaysAsync("executing", running);
        var limited = await CreateAsync(agent, [], user);
        await SaysAsync("user_limit", limited);

        var other = await CreateAsync(agent, []);
        await worker.NextAsync("agent-execution");
        var busy = await CreateAsync(agent, []);
        await SaysAsync("slots_busy", busy);
        await SaysAsync("not_before", early);
        await SaysAsync("run_locally", local);
        await SaysAsync("pinned_worker_away", pinned);

        await server.Api.PatchTaskAsync(other, new() { ["status"] = "paused" });
        await SaysAsync("paused", other);
        await server.Api.SendAsync(HttpMethod.Post, "/hitl/request", new JsonObject { ["task_id"] = busy, ["wait_node_id"] = "node", ["title"] = "May I?" });
        await SaysAsync("awaiting_approval", busy);
        await server.Api.StopTaskAsync(running);
        await SaysAsync("finished", running);
        var turn = await server.Api.CreateTaskAsync(agent, "next turn", new() { ["id"] = running });
        Assert.Equal("pending", turn["status"]!.GetValue<string>());
        await SaysAsync("previous_run_not_ended", running);
    }

    async Task SaysAsync(string reason, string task)
    {
        // The word follows the commit that makes it true; a limit is known once the queue was looked at.
        await Eventually.HoldsAsync(async () => await server.Api.WhyAsync(task) == reason, $"why says {reason}");
        var why = await server.Api.SendAsync(HttpMethod.Get, $"/v1/tasks/{task}/why");
        Assert.NotNull(why["since"]);
        Assert.NotEmpty(why["detail"]!.GetValue<string>());
        if (reason is not ("executing" or "finished"))
            Assert.NotEmpty(why["unblocked_by"]!.GetValue<string>());
    }

    async Task<string> CreateAsync(string agent, JsonObject more, JsonObject? user = null)
    {
        more["input"] = new JsonObject { ["text"] = "wait", ["user"] = user?.DeepClone() };
        return (await server.Api.SendAsync(HttpMethod.Post, $"/agent-execution/{agent}", more))["id"]!.GetValue<string>();
    }
}
