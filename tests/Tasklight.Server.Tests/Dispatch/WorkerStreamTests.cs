using System.Net;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Tests.Access;

namespace Tasklight.Server.Tests.Dispatch;

public sealed class WorkerStreamTests
{
    [Fact]
    public async Task The_first_frame_registers_the_worker()
    {
        await using var server = await DispatchServer.StartAsync();
        await server.CreateAsync();

        using var worker = await server.ConnectAsync(environment: "xpander");
        var frame = await worker.NextAsync();

        Assert.Equal("text/event-stream", worker.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(WorkerEventNames.Registration, frame?.Event);
        Assert.Equal("worker", frame!.Text("type"));
        Assert.Equal(DispatchServer.Agent, frame.Text("dedicated_agent_id"));
        Assert.Equal(JsonValueKind.Null, frame.Data.GetProperty("parent_asset_id").ValueKind);
        Assert.Equal("xpander", server.Session(frame.Text("id"))?.Stored.Environment);
        Assert.Equal("task-1", (await worker.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task An_unknown_agent_is_404()
    {
        await using var server = await DispatchServer.StartAsync();

        using var worker = await server.ConnectAsync(agent: "nobody");

        Assert.Equal(HttpStatusCode.NotFound, worker.Response.StatusCode);
        Assert.Equal("application/json", worker.Response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_task_comes_with_its_lease_as_id_and_its_secrets_in_clear()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var (masked, sealedSecrets) = new TaskSecrets(new ReversingBox()).Extract(new AgentTaskFields { UserOidcToken = "oidc-1" });

        var id = await server.CreateAsync(fields => fields.UserOidcToken = masked.UserOidcToken, secrets: sealedSecrets);
        var frame = await worker.TaskAsync();

        Assert.Equal("oidc-1", frame.Text("user_oidc_token"));
        Assert.Equal((1, 0), (frame.Data.GetProperty("attempt").GetInt32(), (await server.TaskAsync(id)).Fields.Attempt));
        Assert.Equal((await server.TaskAsync(id)).Run?.Lease, frame.Id);
        Assert.False(frame.Data.TryGetProperty("configuration", out _));
    }

    [Fact]
    public async Task No_more_tasks_are_sent_than_the_worker_has_slots()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync(instance: "one", slots: 2);
        await server.CreateAsync();
        await server.CreateAsync();
        await server.CreateAsync();

        var first = await worker.TaskAsync();
        await worker.TaskAsync();
        Assert.Equal(0, server.Session(worker.WorkerId)?.Free);
        await server.SaveAsync(first.Text("id"), AgentExecutionStatus.Completed, first.Id);

        Assert.Equal("task-3", (await worker.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_worker_that_says_nothing_of_slots_has_six()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();

        Assert.Equal(6, server.Session(worker.WorkerId)?.Stored.Slots);
    }

    [Fact]
    public async Task The_least_busy_worker_gets_the_task()
    {
        await using var server = await DispatchServer.StartAsync();
        using var busy = await server.WorkerAsync(instance: "busy");
        await server.CreateAsync();
        await busy.TaskAsync();
        using var idle = await server.WorkerAsync(instance: "idle");
        await server.ClaimsRestAsync();

        var id = await server.CreateAsync();

        Assert.Equal(id, (await idle.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_pinned_task_waits_for_its_worker()
    {
        await using var server = await DispatchServer.StartAsync();
        using var other = await server.WorkerAsync(instance: "other");
        using var wanted = await server.WorkerAsync(instance: "wanted");

        var pinned = await server.CreateAsync(pin: wanted.WorkerId);

        Assert.Equal(pinned, (await wanted.TaskAsync()).Text("id"));
        Assert.Equal(0, server.Session(other.WorkerId)?.InUse);
    }

    [Fact]
    public async Task A_busy_worker_gets_nothing_until_it_tells_an_end()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var first = await server.CreateAsync();
        await worker.TaskAsync();
        await worker.BusyAsync(true);

        var second = await server.CreateAsync();
        Assert.Equal(0, server.Session(worker.WorkerId)?.Free);
        await server.SaveAsync(first, AgentExecutionStatus.Completed);
        await worker.BusyAsync(false);

        Assert.Equal(second, (await worker.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_stop_is_told_to_the_worker_that_runs_the_task()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync(instance: "one");
        var id = await server.CreateAsync();
        var task = await worker.TaskAsync();
        await server.SaveAsync(id, AgentExecutionStatus.Executing, task.Id);

        await server.StopAsync(id);
        var stop = await worker.NextAsync();
        await worker.PostAsync(WorkerEventNames.TaskStopped, task.Lease);

        Assert.Equal(WorkerEventNames.TaskStop, stop?.Event);
        Assert.Equal(id, stop!.Text("task_id"));
        Assert.Equal(task.Id, stop.Text("lease_id"));
        Assert.Equal("stopped by tester", stop.Text("reason"));
        Assert.NotNull((await server.TaskAsync(id)).Fields.StopDetails?.ConfirmedAt);
        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);

        await worker.PostAsync(WorkerEventNames.RunEnded, task.Lease);
        Assert.Equal(0, server.Session(worker.WorkerId)?.InUse);
        Assert.Equal(AgentExecutionStatus.Stopped, (await server.TaskAsync(id)).Status);
    }

    [Fact]
    public async Task An_idle_stream_gets_a_comment_on_one_line()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        Assert.Equal("", await worker.LineAsync());

        await server.PassAsync(TimeSpan.FromSeconds(16));
        await server.CreateAsync();

        Assert.Equal(": keep-alive", await worker.LineAsync());
        Assert.Equal("event: agent-execution", await worker.LineAsync());
    }

    [Fact]
    public async Task Workers_of_two_environments_may_serve_an_agent()
    {
        await using var server = await DispatchServer.StartAsync();
        using var one = await server.WorkerAsync(environment: "xpander");
        using var two = await server.WorkerAsync(environment: "local");

        Assert.NotEqual(one.WorkerId, two.WorkerId);
    }

    [Fact]
    public async Task A_worker_of_another_environment_is_refused_when_so_set()
    {
        await using var server = await DispatchServer.StartAsync(new() { EnvironmentConflict = true });
        using var one = await server.WorkerAsync(environment: "xpander");
        using var two = await server.ConnectAsync(environment: "local");

        var frame = await two.NextAsync();

        Assert.Equal(WorkerEventNames.EnvironmentConflict, frame?.Event);
        Assert.Contains("another environment", frame!.Text("error"), StringComparison.Ordinal);
        Assert.Null(await two.NextAsync());
    }

    [Fact]
    public async Task A_shutdown_ends_streams_in_order_and_keeps_the_runs()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        using var waiting = await server.WorkerAsync(instance: "two");
        var id = await server.CreateAsync();
        await worker.TaskAsync();

        var stopped = server.ShutDownAsync();

        Assert.Null(await worker.NextAsync());
        Assert.Null(await waiting.NextAsync());
        await stopped.InTime();
        Assert.Equal(1, (await server.TaskAsync(id)).Attempt);
        Assert.True((await server.TaskAsync(id)).Run?.HoldsLease);
    }
}
