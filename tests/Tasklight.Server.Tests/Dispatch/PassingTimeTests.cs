using System.Net;
using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Dispatch;

public sealed class PassingTimeTests
{
    [Fact]
    public async Task A_task_for_later_is_sent_when_its_time_has_come()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var due = server.Clock.GetUtcNow().AddSeconds(5);
        var later = await server.CreateAsync(fields => fields.NotBefore = due);
        Assert.Equal(WaitReasons.NotBefore, await WhyAsync(server, later));

        await server.PassAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(later, (await worker.TaskAsync()).Text("id"));
    }

    [Fact]
    public async Task A_run_that_lasts_too_long_is_ended_and_its_worker_told()
    {
        await using var server = await DispatchServer.StartAsync(new() { OpenExpiry = TimeSpan.FromDays(2) });
        using var worker = await server.WorkerAsync(instance: "one");
        var (id, _) = await server.ExecutingAsync(worker);

        await server.PassAsync(TimeSpan.FromSeconds(86_401));
        var stop = await worker.NextAsync();

        Assert.Equal(WorkerEventNames.TaskStop, stop?.Event);
        Assert.Contains("max_run_seconds", stop!.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(AgentExecutionStatus.Error, (await server.TaskAsync(id)).Status);
    }

    [Fact]
    public async Task Workers_unheard_while_the_server_itself_stood_still_keep_their_tasks()
    {
        await using var server = await DispatchServer.StartAsync(new());
        using var worker = await server.WorkerAsync(instance: "one");
        var (id, lease) = await server.ExecutingAsync(worker);

        await server.PassAsync(TimeSpan.FromHours(8));

        await server.SaveAsync(id, AgentExecutionStatus.Completed, lease);
        Assert.Equal((AgentExecutionStatus.Completed, 1), ((await server.TaskAsync(id)).Status, (await server.TaskAsync(id)).Attempt));
    }

    [Fact]
    public async Task Workers_unheard_while_the_server_is_awake_lose_their_tasks_however_long_it_stood_still_before()
    {
        await using var server = await DispatchServer.StartAsync(new());
        using var worker = await server.WorkerAsync(instance: "one");
        var (id, _) = await server.ExecutingAsync(worker);

        await server.PassAsync(TimeSpan.FromHours(8));
        for (var looks = 0; looks < 62; looks++)
            await server.PassAsync(TimeSpan.FromMilliseconds(500));

        await Eventually.HoldsAsync(async () => (await server.TaskAsync(id)).Status == AgentExecutionStatus.Pending, "the task is given out again");
    }

    [Fact]
    public async Task Why_follows_a_task_from_worker_to_worker()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.CreateAsync();
        Assert.Equal(WaitReasons.NoWorker, await WhyAsync(server, first));

        using var worker = await server.WorkerAsync(slots: 1, instance: "one");
        var task = await worker.TaskAsync();
        Assert.Equal(WaitReasons.Dispatched, await WhyAsync(server, first));
        var second = await server.CreateAsync();
        Assert.Equal(WaitReasons.SlotsBusy, await WhyAsync(server, second));

        await server.SaveAsync(first, AgentExecutionStatus.Executing, task.Id);
        Assert.Equal(WaitReasons.Executing, await WhyAsync(server, first));
        await server.SaveAsync(first, AgentExecutionStatus.Completed, task.Id);
        Assert.Equal(WaitReasons.Finished, await WhyAsync(server, first));
    }

    [Fact]
    public async Task Why_of_an_unknown_task_is_404()
    {
        await using var server = await DispatchServer.StartAsync();

        using var answer = await server.Http.GetAsync(new Uri("/v1/tasks/nothing/why", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    static async Task<string> WhyAsync(DispatchServer server, string taskId)
    {
        var json = await server.Http.GetStringAsync(new Uri($"/v1/tasks/{taskId}/why", UriKind.Relative), TestContext.Current.CancellationToken);
        return System.Text.Json.JsonSerializer.Deserialize(json, ProtocolJson.Default.WhyAnswer)!.Reason;
    }
}
