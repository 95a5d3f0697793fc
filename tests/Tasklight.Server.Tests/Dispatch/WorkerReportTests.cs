using System.Net;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Dispatch;

public sealed class WorkerReportTests
{
    [Fact]
    public async Task An_unknown_worker_s_report_is_200_and_ignored()
    {
        await using var server = await DispatchServer.StartAsync();
        using var answer = await server.Http.PostAsync(
            new Uri("/events/nobody?type=worker", UriKind.Relative),
            new StringContent("""{"id":"1","event":"worker-heartbeat","data":"now"}""", Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task An_end_goes_to_the_run_that_saved_it_then_to_a_stopped_one()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var stopped = await RunAsync(server, worker);
        var done = await RunAsync(server, worker);
        await server.StopAsync(stopped);
        await server.SaveAsync(done, AgentExecutionStatus.Completed);
        Assert.Equal(2, server.Session(worker.WorkerId)?.InUse);

        await worker.BusyAsync(false);
        Assert.Null((await server.TaskAsync(done)).Run);
        Assert.NotNull((await server.TaskAsync(stopped)).Run);
        await worker.BusyAsync(false);

        Assert.Null((await server.TaskAsync(stopped)).Run);
        Assert.NotNull((await server.TaskAsync(stopped)).Fields.StopDetails?.EndedAt);
        Assert.Equal(0, server.Session(worker.WorkerId)?.InUse);
    }

    [Fact]
    public async Task A_repeated_report_counts_once()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var one = await RunAsync(server, worker);
        var two = await RunAsync(server, worker);
        await server.SaveAsync(one, AgentExecutionStatus.Completed);
        await server.SaveAsync(two, AgentExecutionStatus.Completed);

        await worker.BusyAsync(false, "report-1");
        await worker.BusyAsync(false, "report-1");

        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);
    }

    [Fact]
    public async Task A_run_whose_final_save_was_lost_is_given_again_when_the_worker_is_idle()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var lost = await RunAsync(server, worker);
        var done = await RunAsync(server, worker);

        await worker.BusyAsync(false);
        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);
        Assert.Equal(AgentExecutionStatus.Executing, (await server.TaskAsync(lost)).Status);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(async () => await server.StoredAsync(worker.WorkerId) is { UnattributedEnds: 1 }, "the end is counted");
        await server.SaveAsync(done, AgentExecutionStatus.Completed);
        await worker.BusyAsync(false);

        Assert.Equal(lost, (await worker.TaskAsync()).Text("id"));
        Assert.Equal(2, (await server.TaskAsync(lost)).Attempt);
        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);
    }

    [Fact]
    public async Task A_run_whose_final_save_was_lost_is_given_again_under_load_too()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var lost = await RunAsync(server, worker);
        var before = await RunAsync(server, worker);
        await worker.BusyAsync(false);
        var later = await RunAsync(server, worker);

        // What came later may not have been the one that ended; once all that came before have told their end, the lost one is known.
        await server.SaveAsync(before, AgentExecutionStatus.Completed);
        await worker.BusyAsync(false);

        Assert.Equal(lost, (await worker.TaskAsync()).Text("id"));
        Assert.Equal(1, (await server.TaskAsync(later)).Attempt);
        Assert.Equal(AgentExecutionStatus.Executing, (await server.TaskAsync(later)).Status);
        Assert.Equal(2, server.Session(worker.WorkerId)?.InUse);
    }

    [Fact]
    public async Task An_end_without_a_save_is_put_down_to_a_run_once_it_can_only_be_that_one_s()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var lost = await server.CreateAsync();
        await worker.TaskAsync();
        var done = await RunAsync(server, worker);

        await worker.BusyAsync(false);
        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);
        Assert.Equal(1, (await server.TaskAsync(lost)).Attempt);
        await server.SaveAsync(done, AgentExecutionStatus.Completed);
        await worker.BusyAsync(false);

        Assert.Equal(lost, (await worker.TaskAsync()).Text("id"));
        Assert.Equal(2, (await server.TaskAsync(lost)).Attempt);
    }

    [Fact]
    public async Task A_stopped_run_keeps_its_slot_while_the_worker_tells_the_end_of_another_whose_save_was_lost()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var stopped = await RunAsync(server, worker);
        var lost = await RunAsync(server, worker);
        await server.StopAsync(stopped);

        await worker.BusyAsync(false);

        Assert.NotNull((await server.TaskAsync(stopped)).Run);
        Assert.Equal(AgentExecutionStatus.Executing, (await server.TaskAsync(lost)).Status);
        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);
    }

    [Fact]
    public async Task A_deleted_task_s_run_keeps_a_baseline_worker_s_slot_until_its_end_is_told()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var id = await RunAsync(server, worker);

        await server.Service.ApplyAsync(new TaskCommand.Delete(DispatchServer.Organization, id, server.Service.Now));
        Assert.Equal(WorkerEventNames.TaskStop, (await worker.NextAsync())?.Event);
        Assert.Equal(1, server.Session(worker.WorkerId)?.InUse);
        await worker.BusyAsync(false);

        Assert.Equal(0, server.Session(worker.WorkerId)?.InUse);
    }

    [Fact]
    public async Task A_busy_word_that_was_overtaken_by_the_last_end_does_not_starve_the_worker()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var id = await RunAsync(server, worker);
        await server.SaveAsync(id, AgentExecutionStatus.Completed);
        await worker.BusyAsync(false);
        await worker.BusyAsync(true);

        var next = await server.CreateAsync();

        Assert.Equal(next, (await worker.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_handler_that_ended_without_a_save_gets_the_task_again()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync(instance: "one");
        var id = await server.CreateAsync();
        var task = await worker.TaskAsync();
        await server.SaveAsync(id, AgentExecutionStatus.Executing, task.Id);

        await worker.PostAsync(WorkerEventNames.RunEnded, task.Lease);
        var again = await worker.TaskAsync();
        await worker.PostAsync(WorkerEventNames.RunEnded, task.Lease);

        Assert.Equal(id, again.Text("id"));
        Assert.NotEqual(task.Id, again.Id);
        Assert.Equal(2, (await server.TaskAsync(id)).Attempt);
    }

    [Fact]
    public async Task Handed_back_tasks_go_to_others_at_once_and_do_not_count()
    {
        await using var server = await DispatchServer.StartAsync();
        using var leaving = await server.WorkerAsync(instance: "leaving");
        var kept = await server.CreateAsync();
        var running = await leaving.TaskAsync();
        await server.SaveAsync(kept, AgentExecutionStatus.Executing, running.Id);
        var id = await server.CreateAsync();
        var offered = await leaving.TaskAsync();
        using var other = await server.WorkerAsync(instance: "other");

        await leaving.PostAsync(WorkerEventNames.Finished, new Dictionary<string, string[]> { ["lease_ids"] = [offered.Id] });

        Assert.Equal(id, (await other.TaskAsync()).Text("id"));
        Assert.Equal(1, (await server.TaskAsync(id)).Attempt);
        Assert.Equal(leaving.WorkerId, (await server.TaskAsync(kept)).Run?.Session);
        Assert.Equal(0, server.Session(leaving.WorkerId)?.Free);

        await server.SaveAsync(kept, AgentExecutionStatus.Completed, running.Id);
        await server.PassAsync(TimeSpan.FromMilliseconds(250));
        Assert.Null(await leaving.NextAsync());
    }

    [Fact]
    public async Task A_goodbye_without_leases_hands_everything_back()
    {
        await using var server = await DispatchServer.StartAsync();
        using var leaving = await server.WorkerAsync();
        var id = await RunAsync(server, leaving);
        using var other = await server.WorkerAsync(instance: "other");

        await leaving.PostAsync(WorkerEventNames.Finished, new Dictionary<string, string>());

        Assert.Equal(id, (await other.TaskAsync()).Text("id"));
        Assert.Equal(1, (await server.TaskAsync(id)).Attempt);
        Assert.Null(await leaving.NextAsync());
        Assert.Null(server.Session(leaving.WorkerId));
    }

    [Fact]
    public async Task The_list_of_workers_shows_slots_and_tasks()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync(instance: "one", slots: 3);
        await server.CreateAsync();
        await worker.TaskAsync();

        var list = await server.Http.GetStringAsync(new Uri("/v1/workers", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains(worker.WorkerId, list, StringComparison.Ordinal);
        Assert.Contains("\"slots\":3,\"slots_in_use\":1,\"task_ids\":[\"task-1\"]", list, StringComparison.Ordinal);
    }

    static async Task<string> RunAsync(DispatchServer server, WorkerConnection worker)
    {
        var id = await server.CreateAsync();
        await worker.TaskAsync();
        await server.SaveAsync(id, AgentExecutionStatus.Executing);
        return id;
    }
}
