using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>Who claims for an agent, when: the commit that queues a task, or the claim loop. The clock stands still, so no sweeper makes good a lost wake-up.</summary>
public sealed class OffersInCommitTests
{
    [Fact]
    public async Task A_task_for_a_free_slot_is_offered_in_the_commit_that_queues_it()
    {
        await using var server = await DispatchServer.StartAsync();
        using var worker = await server.WorkerAsync(instance: "one", slots: 2);
        await server.ClaimsRestAsync();

        for (var i = 0; i < 2; i++)
        {
            var id = await server.CreateAsync();

            // The create was answered behind the commit, and the offer was in it: there is nothing to wait for.
            Assert.Equal(worker.WorkerId, (await server.TaskAsync(id)).Run?.Session);
        }

        var waiting = await server.CreateAsync();
        Assert.Null((await server.TaskAsync(waiting)).Run);
    }

    [Fact]
    public async Task A_pinned_task_behind_an_empty_queue_goes_to_its_worker_alone()
    {
        await using var server = await DispatchServer.StartAsync();
        using var one = await server.WorkerAsync(instance: "one", slots: 1);
        using var two = await server.WorkerAsync(instance: "two", slots: 5);
        await server.CreateAsync(pin: two.WorkerId);
        var first = await two.TaskAsync();

        var pinned = await server.CreateAsync(pin: one.WorkerId);
        var waiting = await server.CreateAsync(pin: one.WorkerId);

        Assert.Equal(pinned, (await one.TaskAsync()).Text("id"));
        await server.SaveAsync(first.Text("id"), AgentExecutionStatus.Completed, first.Id);
        Assert.Null((await server.TaskAsync(waiting)).Run);
        await server.SaveAsync(pinned, AgentExecutionStatus.Completed, (await server.TaskAsync(pinned)).Run?.Lease);
        Assert.Equal(waiting, (await one.TaskAsync()).Text("id"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public async Task Every_task_reaches_a_worker_once_while_tasks_come_and_slots_come_free_at_once(int slots)
    {
        const int Callers = 8;
        const int TasksOfCaller = 40;
        await using var server = await DispatchServer.StartAsync();
        using var one = await server.WorkerAsync(instance: "one", slots: slots);
        using var two = await server.WorkerAsync(instance: "two", slots: slots);
        var seen = new List<string>();
        var working = new[] { WorkAsync(one), WorkAsync(two) };

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(CreateAllAsync)));
        await Eventually.HoldsAsync(() => Volatile.Read(ref _finished) == Callers * TasksOfCaller, "every task is finished");

        await server.ShutDownAsync();
        await Task.WhenAll(working);
        Assert.Equal(Callers * TasksOfCaller, seen.Distinct().Count());
        Assert.Equal(seen.Count, seen.Distinct().Count());

        async Task CreateAllAsync()
        {
            for (var i = 0; i < TasksOfCaller; i++)
                await server.CreateAsync();
        }

        async Task WorkAsync(WorkerConnection worker)
        {
            while (await worker.NextAsync() is { } frame)
            {
                lock (seen)
                    seen.Add(frame.Text("id"));
                _ = FinishAsync(frame);
            }
        }

        async Task FinishAsync(WorkerFrameSeen frame)
        {
            await server.SaveAsync(frame.Text("id"), AgentExecutionStatus.Completed, frame.Id);
            Interlocked.Increment(ref _finished);
        }
    }

    int _finished;
}
