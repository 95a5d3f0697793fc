using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>Sub-tasks while all slots are taken: runs that wait for sub-tasks do not keep them waiting (docs/decisions/0008).</summary>
public sealed class SubTaskSlotsTests
{
    [Fact]
    public async Task A_worker_gets_a_sub_task_beyond_its_slots_for_each_of_its_runs_that_waits_for_one()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync(instance: "one", slots: 2);
        var (waiting, busy) = (await BeginAsync(server, worker), await BeginAsync(server, worker));
        var other = await server.CreateAsync();

        var first = await server.CreateAsync(fields => fields.ParentExecution = waiting);
        var second = await server.CreateAsync(fields => fields.ParentExecution = waiting);

        var offered = await worker.TaskAsync();
        Assert.Equal(first, offered.Text("id"));
        Assert.Null((await server.TaskAsync(second)).Run);
        var why = await WhyAsync(server, second);
        Assert.Equal((WaitReasons.SlotsBusy, "3 of 2 slots of 1 connected worker are in use, one of them waits for sub-tasks; 1 queued tasks are before it."), (why.Reason, why.Detail));

        // Now the one that was busy waits too.
        var third = await server.CreateAsync(fields => fields.ParentExecution = busy);
        Assert.Equal(second, (await worker.TaskAsync()).Text("id"));
        await server.SaveAsync(first, AgentExecutionStatus.Executing, offered.Id);
        await server.SaveAsync(first, AgentExecutionStatus.Completed, offered.Id);
        Assert.Equal(third, (await worker.TaskAsync()).Text("id"));
        Assert.Null((await server.TaskAsync(other)).Run);
    }

    [Fact]
    public async Task That_a_run_waits_for_sub_tasks_outlives_a_restart()
    {
        var server = await DispatchServer.StartAsync();
        string waiting;
        using (var worker = await server.WorkerAsync(instance: "one", slots: 1))
        {
            waiting = await BeginAsync(server, worker);
            await server.CreateAsync(fields => (fields.ParentExecution, fields.AgentId) = (waiting, "agent-2"));
            server = await server.RestartAsync(TimeSpan.FromSeconds(1));
        }

        await using (server)
        {
            using var again = await server.WorkerAsync(instance: "one", slots: 1);
            await server.CreateAsync(fields => fields.ParentExecution = waiting, id: "child");

            Assert.Equal("child", (await again.TaskAsync()).Text("id"));
        }
    }

    [Fact]
    public async Task An_unmodified_worker_gets_no_more_than_it_has_slots_and_why_says_who_waits()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync();
        var runs = new List<string>();
        for (var n = 0; n < 6; n++)
            runs.Add(await BeginAsync(server, worker));

        var child = await server.CreateAsync(fields => fields.ParentExecution = runs[0]);

        var why = await WhyAsync(server, child);
        Assert.Equal(WaitReasons.SlotsBusy, why.Reason);
        Assert.StartsWith("6 of 6 slots of 1 connected worker are in use, one of them waits for sub-tasks", why.Detail, StringComparison.Ordinal);
        Assert.Null((await server.TaskAsync(child)).Run);
    }

    static async Task<string> BeginAsync(DispatchServer server, WorkerConnection worker)
    {
        var id = await server.CreateAsync();
        await server.SaveAsync(id, AgentExecutionStatus.Executing, (await worker.TaskAsync()).Id);
        return id;
    }

    static async Task<WhyAnswer> WhyAsync(DispatchServer server, string task) =>
        (await server.Why.ExplainAsync(DispatchServer.Organization, task, TestContext.Current.CancellationToken))!;
}
