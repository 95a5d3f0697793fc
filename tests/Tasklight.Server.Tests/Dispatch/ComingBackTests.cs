using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>Design §3, "Coming back": who continues a session, and what becomes of its runs.</summary>
public sealed class ComingBackTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_worker_with_an_instance_continues_its_session_at_once()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync(instance: "one");
        var id = await server.CreateAsync();
        var running = await first.TaskAsync();
        await server.SaveAsync(id, AgentExecutionStatus.Executing, running.Id);
        var unconfirmed = await server.CreateAsync();
        var offered = await first.TaskAsync();
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);

        using var second = await server.WorkerAsync(instance: "one");
        var again = await second.TaskAsync();
        var next = await server.CreateAsync();

        Assert.Equal(first.WorkerId, second.WorkerId);
        Assert.Equal((unconfirmed, offered.Id), (again.Text("id"), again.Id));
        Assert.Equal(next, (await second.TaskAsync()).Text("id"));
        Assert.Equal(1, (await server.TaskAsync(id)).Attempt);
    }

    [Fact]
    public async Task A_new_stream_of_an_instance_replaces_the_old_one()
    {
        await using var server = await DispatchServer.StartAsync();
        using var first = await server.WorkerAsync(instance: "one");

        using var second = await server.WorkerAsync(instance: "one");

        Assert.Null(await first.NextAsync());
        var id = await server.CreateAsync();
        Assert.Equal(id, (await second.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_worker_that_is_back_after_a_goodbye_gets_work_again()
    {
        await using var server = await DispatchServer.StartAsync();
        using var first = await server.WorkerAsync(instance: "one");
        await first.BusyAsync(true);
        await first.PostAsync(WorkerEventNames.Finished, new Dictionary<string, string[]> { ["lease_ids"] = [] });

        using var second = await server.WorkerAsync(instance: "one");
        var id = await server.CreateAsync();

        Assert.Equal(id, (await second.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_stop_during_the_absence_is_told_on_return()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync(instance: "one");
        var (id, lease) = await server.ExecutingAsync(first);
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);
        await server.StopAsync(id);

        using var second = await server.WorkerAsync(instance: "one");
        var stop = await second.NextAsync();

        Assert.Equal((WorkerEventNames.TaskStop, lease), (stop?.Event, stop!.Text("lease_id")));
    }

    [Fact]
    public async Task A_lost_worker_s_tasks_run_elsewhere_ten_seconds_after_its_last_beat()
    {
        await using var server = await DispatchServer.StartAsync();
        var lost = await server.WorkerAsync(instance: "lost");
        var id = await server.CreateAsync();
        await lost.TaskAsync();
        using var other = await server.WorkerAsync(instance: "other");
        lost.Dispose();
        await server.ClosedAsync(lost.WorkerId);

        await server.PassAsync(TimeSpan.FromSeconds(9.5));
        Assert.Equal(lost.WorkerId, (await server.TaskAsync(id)).Run?.Session);
        await other.HeartbeatAsync();
        await server.PassAsync(Second);

        Assert.Equal(id, (await other.TaskAsync()).Text("id"));
        Assert.Equal(2, (await server.TaskAsync(id)).Attempt);
        await Eventually.HoldsAsync(() => server.Session(lost.WorkerId) is null, "the session is gone");
        await lost.PostAsync(WorkerEventNames.Heartbeat, null);
    }

    [Fact]
    public async Task An_open_but_silent_worker_has_thirty_seconds()
    {
        await using var server = await DispatchServer.StartAsync();
        using var silent = await server.WorkerAsync(instance: "silent");
        var id = await server.CreateAsync();
        await silent.TaskAsync();

        await server.PassAsync(29 * Second);
        Assert.Equal(silent.WorkerId, (await server.TaskAsync(id)).Run?.Session);
        await server.PassAsync(2 * Second);

        Assert.Null(await silent.NextAsync());
        await Eventually.HoldsAsync(async () => (await server.TaskAsync(id)).Run is null, "the run has ended");
        Assert.Equal(AgentExecutionStatus.Pending, (await server.TaskAsync(id)).Status);
    }

    [Fact]
    public async Task A_restart_keeps_sessions_and_what_they_run()
    {
        var first = await DispatchServer.StartAsync();
        var worker = await first.WorkerAsync();
        var id = await first.CreateAsync();
        await worker.TaskAsync();
        await first.SaveAsync(id, AgentExecutionStatus.Executing);

        await using var second = await first.RestartAsync(away: 60 * Second);
        await second.PassAsync(5 * Second);
        Assert.Equal(1, second.Session(worker.WorkerId)?.InUse);
        using var back = await second.ConnectAgainAsync();
        await back.BeatAsync(worker.WorkerId);
        await back.RegisteredAsync();

        Assert.Equal(worker.WorkerId, back.WorkerId);
        await second.PassAsync(8 * Second);
        Assert.Equal(1, (await second.TaskAsync(id)).Attempt);
    }

    [Fact]
    public async Task A_task_that_was_offered_to_a_closed_stream_reaches_the_worker_when_it_is_back()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync(instance: "one");
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);
        var id = await server.CreateAsync();
        await server.Service.ApplyAsync(new TaskCommand.Offer(DispatchServer.Organization, id, server.Service.Now, first.WorkerId));

        using var second = await server.WorkerAsync(instance: "one");

        Assert.Equal(id, (await second.TaskAsync()).Text("id"));
    }
}
