using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Laws;

/// <summary>Law 5: stop means stopped.</summary>
public sealed class StopLawTests(SharedServer server)
{
    [Fact]
    public async Task Law_5_stop_means_stopped_for_the_whole_tree_and_a_worker_with_leases_confirms_it()
    {
        var agent = await server.Api.CreateAgentAsync();
        var idle = await server.Api.CreateAgentAsync();
        await using var worker = await WireWorker.ConnectAsync(server, agent);
        var root = await CreateAsync(agent, "root");
        var (_, lease) = await worker.NextAsync("agent-execution");
        await worker.SaveAsync(root, lease, new() { ["status"] = "executing" });
        var child = await CreateAsync(idle, "child", root);
        var grandchild = await CreateAsync(idle, "grandchild", child);
        var waiting = await CreateAsync(agent, "waits for the slot");

        var stopped = await server.Api.StopTaskAsync(root);

        // At once in the record, all the way down.
        Assert.Equal("stopped", stopped["status"]!.GetValue<string>());
        foreach (var id in new[] { child, grandchild })
            Assert.Equal("stopped", (await server.Api.GetTaskAsync(id))["status"]!.GetValue<string>());

        // The worker is told, and its late answer is refused.
        var (told, _) = await worker.NextAsync("task-stop");
        Assert.Equal((root, lease), (told["task_id"]!.GetValue<string>(), told["lease_id"]!.GetValue<string>()));
        Assert.Equal((HttpStatusCode.Conflict, "lease_lost"), await worker.SaveAsync(root, lease, new() { ["status"] = "completed", ["result"] = "late" }));

        // It confirms that the handler was cancelled; its slot is free when it says that the run has ended.
        Assert.Null((await server.Api.GetTaskAsync(root))["stop"]!["confirmed_at"]);
        await worker.TellAsync("task-stopped", new JsonObject { ["task_id"] = root, ["lease_id"] = lease });
        Assert.NotNull((await server.Api.GetTaskAsync(root))["stop"]!["confirmed_at"]);
        Assert.Equal("slots_busy", await server.Api.WhyAsync(waiting));
        await worker.TellAsync("run-ended", new JsonObject { ["task_id"] = root, ["lease_id"] = lease });
        var (next, _) = await worker.NextAsync("agent-execution");
        Assert.Equal(waiting, next["id"]!.GetValue<string>());

        var after = await server.Api.GetTaskAsync(root);
        Assert.NotNull(after["stop"]!["ended_at"]);
        Assert.Equal(stopped["finished_at"]!.GetValue<string>(), after["finished_at"]!.GetValue<string>());
        Assert.Null(after["result"]);
        Assert.Single(await server.Api.LogAsync(root), static e => e["type"]!.GetValue<string>() == "task_finished");
    }

    [Fact]
    public async Task Law_5_a_stopped_task_is_never_dispatched()
    {
        var agent = await server.Api.CreateAgentAsync();
        var stopped = await CreateAsync(agent, "never");
        await server.Api.StopTaskAsync(stopped);
        var next = await CreateAsync(agent, "instead");

        await using var worker = await WireWorker.ConnectAsync(server, agent, slots: 4);

        Assert.Equal(next, (await worker.NextAsync("agent-execution")).Data["id"]!.GetValue<string>());
    }

    async Task<string> CreateAsync(string agent, string text, string? parent = null) =>
        (await server.Api.CreateTaskAsync(agent, text, new() { ["parent_execution_id"] = parent }))["id"]!.GetValue<string>();
}
