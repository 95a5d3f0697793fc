using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Laws;

/// <summary>Law 4: a worker owns nothing but a lease.</summary>
public sealed class LeaseLawTests(SharedServer server)
{
    static readonly JsonObject Done = new() { ["status"] = "completed", ["result"] = "mine" };

    [Fact]
    public async Task Law_4_a_late_or_foreign_lease_is_lease_lost_and_changes_nothing()
    {
        var agent = await server.Api.CreateAgentAsync();
        var first = await WireWorker.ConnectAsync(server, agent);
        var task = (await server.Api.CreateTaskAsync(agent, "whose is it"))["id"]!.GetValue<string>();
        var (_, lost) = await first.NextAsync("agent-execution");
        Assert.Equal(HttpStatusCode.OK, (await first.SaveAsync(task, lost, new() { ["status"] = "executing" })).Status);

        // The first one falls silent, the second gets the task.
        await first.DisposeAsync();
        await using var second = await WireWorker.ConnectAsync(server, agent);
        var (_, lease) = await second.NextAsync("agent-execution");
        Assert.NotEqual(lost, lease);

        Assert.Equal((HttpStatusCode.Conflict, "lease_lost"), await second.SaveAsync(task, lost, Done));
        Assert.Equal((HttpStatusCode.Conflict, "lease_lost"), await second.SaveAsync(task, "never given", Done));
        Assert.Null((await server.Api.GetTaskAsync(task))["result"]);

        // The one who holds it writes; the same final save shown again gets the same answer.
        Assert.Equal(HttpStatusCode.OK, (await second.SaveAsync(task, lease, new() { ["status"] = "executing" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await second.SaveAsync(task, lease, (JsonObject)Done.DeepClone())).Status);
        Assert.Equal(HttpStatusCode.OK, (await second.SaveAsync(task, lease, (JsonObject)Done.DeepClone())).Status);
        Assert.Equal((HttpStatusCode.Conflict, "lease_lost"), await second.SaveAsync(task, lost, new() { ["status"] = "completed", ["result"] = "too late" }));

        Assert.Equal("mine", (await server.Api.GetTaskAsync(task))["result"]!.GetValue<string>());
        Assert.Single(await server.Api.LogAsync(task), static e => e["type"]!.GetValue<string>() == "task_finished");
    }
}
