using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Claim and the queues.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task The_highest_priority_is_offered_first_and_the_oldest_within_it()
    {
        await ChangeAsync(Create("low", 0, fields => fields.Priority = -5));
        await ChangeAsync(Create("normal-2", 2));
        await ChangeAsync(Create("normal-1", 1));
        await ChangeAsync(Create("high", 3, fields => fields.Priority = 5));
        Assert.Equal(["high", "normal-1", "normal-2", "low"], Ids(await ClaimAsync(new Seat("s", 10, 0))));
    }

    [Fact]
    public async Task No_more_is_offered_than_there_are_free_slots_and_nothing_twice()
    {
        for (var n = 0; n < 5; n++)
            await ChangeAsync(Create($"t{n}", n));
        Assert.Equal(["t0", "t1"], Ids(await ClaimAsync(new Seat("s", 2, 0))));
        Assert.Empty(await ClaimAsync(new Seat("s", 0, 2)));
        Assert.Equal(["t2", "t3", "t4"], Ids(await ClaimAsync(new Seat("s", 9, 2))));
        Assert.Empty(await ClaimAsync(new Seat("s", 9, 5)));
    }

    [Fact]
    public async Task Many_claims_at_once_offer_every_task_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => ApplyAsync(Create($"t{n}", n))));
        var claims = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => ClaimAsync(new Seat($"s{n}", 5, 0))));
        Assert.Equal(100, claims.SelectMany(Ids).Distinct().Count());
        Assert.Equal(100, claims.Sum(claim => claim.Count));
    }

    [Fact]
    public async Task The_least_busy_seat_is_served_first()
    {
        for (var n = 0; n < 4; n++)
            await ChangeAsync(Create($"t{n}", n));
        var offered = await ClaimAsync(new Seat("busy", 5, 2), new Seat("idle", 5, 0));
        Assert.Equal(["idle", "idle"], offered.Take(2).Select(task => task.Run!.Session));
        Assert.Equal(["busy", "idle"], offered.Skip(2).Select(task => task.Run!.Session).Order());
    }

    [Fact]
    public async Task Lost_runs_are_counted_over_a_restart()
    {
        await ChangeAsync(Create("a"));
        var offered = Assert.Single(await ClaimAsync(new Seat("s", 1, 0)));
        await ChangeAsync(new TaskCommand.Redeliver(Org, "a", At(1), offered.Run!.Lease, "its session expired"));
        Store.Reopen();
        Assert.Equal((1, 1), ((await FindAsync("a"))!.Attempt, (await FindAsync("a"))!.LostRuns));
    }

    [Fact]
    public async Task An_offer_is_on_record_with_its_session_and_lease()
    {
        await ChangeAsync(Create("a"));
        var offered = Assert.Single(await ClaimAsync(new Seat("s", 1, 0)));
        Assert.Equal(TaskRunState.Offered, offered.Run!.State);
        Store.Reopen();
        Assert.Equal(offered.Run, (await FindAsync("a"))!.Run);
        Assert.Equal(["a"], Ids(await Tasks.RunsOfAsync(Org, "s")));
        Assert.Empty(await Tasks.RunsOfAsync(Org, "another"));
    }

    [Fact]
    public async Task A_pinned_task_waits_for_its_session()
    {
        await ChangeAsync(Create("pinned", 0, turn: turn => turn with { Pin = "s2" }));
        await ChangeAsync(Create("free", 1));
        Assert.Equal(["free"], Ids(await ClaimAsync(new Seat("s1", 5, 0))));
        var offered = Assert.Single(await ClaimAsync(new Seat("s1", 5, 1), new Seat("s2", 1, 5)));
        Assert.Equal(("pinned", "s2"), (offered.Id, offered.Run!.Session));
    }

    [Fact]
    public async Task Tasks_of_other_agents_and_those_that_do_not_wait_are_left_alone()
    {
        await ChangeAsync(Create("other agent", 0, fields => fields.AgentId = "agent-2"));
        await ChangeAsync(Create("local", 0, fields => fields.RunLocally = true));
        await ChangeAsync(Create("later", 0, fields => fields.NotBefore = At(100)));
        await ChangeAsync(Create("stopped"));
        await ChangeAsync(Stop("stopped", 1));
        Assert.Empty(await ClaimAsync(new Seat("s", 9, 0)));
        await ChangeAsync(new TaskCommand.Tick(Org, "later", At(100)));
        Assert.Equal(["later"], Ids(await ClaimAsync(new Seat("s", 9, 0))));
    }

    [Fact]
    public async Task The_agents_limit_bounds_what_runs_at_once()
    {
        await SaveAgentAsync("""{"max_concurrency": 2, "name": "x"}""");
        for (var n = 0; n < 4; n++)
            await ChangeAsync(Create($"t{n}", n));
        var offered = await ClaimAsync(new Seat("s", 9, 0));
        Assert.Equal(["t0", "t1"], Ids(offered));
        Assert.Empty(await ClaimAsync(new Seat("s", 7, 2)));
        await ChangeAsync(Save("t0", 5, AgentExecutionStatus.Completed, lease: offered[0].Run!.Lease));
        Assert.Equal(["t2"], Ids(await ClaimAsync(new Seat("s", 8, 1))));

        await SaveAgentAsync("""{"max_concurrency": null}""");
        Assert.Equal(["t3"], Ids(await ClaimAsync(new Seat("s", 7, 2))));
    }

    [Fact]
    public async Task The_users_limit_passes_over_that_user_alone()
    {
        await SaveAgentAsync("""{"max_concurrency_per_user": 1}""");
        for (var n = 0; n < 20; n++)
            await ChangeAsync(Create($"ann-{n}", n, fields => ForUser(fields, "ann")));
        await ChangeAsync(Create("bob", 50, fields => ForUser(fields, "bob")));
        await ChangeAsync(Create("nobody-1", 51));
        await ChangeAsync(Create("nobody-2", 52));
        Assert.Equal(["ann-0", "bob", "nobody-1", "nobody-2"], Ids(await ClaimAsync(new Seat("s", 9, 0))));
        Assert.Empty(await ClaimAsync(new Seat("s", 5, 4)));
    }

    [Fact]
    public async Task A_sub_task_is_offered_beside_those_that_wait_for_sub_tasks_and_another_task_is_not()
    {
        await SaveAgentAsync("""{"max_concurrency": 1, "max_concurrency_per_user": 1}""");
        var parent = await ExecutingAsync("parent");
        await ChangeAsync(Create("other", 3));
        await ChangeAsync(Create("elsewhere", 4, fields => (fields.ParentExecution, fields.AgentId) = ("parent", "agent-2")));
        await ChangeAsync(Create("child-1", 5, fields => fields.ParentExecution = "elsewhere"));
        await ChangeAsync(Create("child-2", 6, fields => fields.ParentExecution = "elsewhere"));

        var child = Assert.Single(await ClaimAsync(new Seat("s", 5, 1)));
        Assert.Equal("child-1", child.Id);
        Assert.Empty(await ClaimAsync(new Seat("s", 4, 2)));
        await ChangeAsync(Stop("elsewhere", 7));
        await ChangeAsync(Save("parent", 8, AgentExecutionStatus.Completed, lease: parent.Run!.Lease));
        Assert.Equal(["other"], Ids(await ClaimAsync(new Seat("s", 4, 2))));
    }

    [Fact]
    public async Task Beyond_the_slots_sub_tasks_are_seated_and_nothing_else()
    {
        await ExecutingAsync("parent");
        await ChangeAsync(Create("other", 3));
        foreach (var n in Enumerable.Range(1, 3))
            await ChangeAsync(Create($"child-{n}", 3 + n, fields => fields.ParentExecution = "parent"));

        var offered = await ClaimAsync(new Seat("full", 0, 2) { Beyond = 1 }, new Seat("closed", 0, 2), new Seat("roomy", 1, 0) { Beyond = 1 });

        Assert.Equal([("other", "roomy"), ("child-1", "roomy"), ("child-2", "full")], offered.Select(task => (task.Id, task.Run!.Session)));
    }

    [Fact]
    public async Task The_queue_of_a_task_is_counted()
    {
        await SaveAgentAsync("""{"max_concurrency_per_user": 1}""");
        for (var n = 0; n < 3; n++)
            await ChangeAsync(Create($"ann-{n}", n, fields => ForUser(fields, "ann")));
        await ChangeAsync(Create("first", 10, fields => fields.Priority = 9));
        await ClaimAsync(new Seat("s", 1, 0));
        await ClaimAsync(new Seat("s", 1, 1));
        var view = await Tasks.QueueViewAsync((await FindAsync("ann-2"))!);
        Assert.Equal(new QueueView(RunningOfAgent: 2, RunningOfUser: 1, Ahead: 1), view);
    }

    [Fact]
    public async Task Agents_with_queued_tasks_are_known_across_organizations()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Create("b"));
        await ChangeAsync(Create("c", 0, fields => fields.AgentId = "agent-2"));
        await ChangeAsync(Create("d", 0, fields => fields.AgentId = "agent-3"));
        await ChangeAsync(Stop("d", 1));
        await ChangeAsync(Create("a", org: "org-2"));
        await ChangeAsync(Create("pinned", 0, turn: turn => turn with { Pin = "s" }, with: fields => fields.AgentId = "agent-4"));
        Assert.Equal([new AgentKey(Org, TheAgent), new AgentKey(Org, "agent-2"), new AgentKey(Org, "agent-4"), new AgentKey("org-2", TheAgent)], await Tasks.WaitingAgentsAsync());
    }

    [Fact]
    public async Task Tasks_that_time_concerns_are_due_when_it_has_come()
    {
        await ChangeAsync(Create("later", 0, fields => fields.NotBefore = At(100)));
        await ChangeAsync(Create("hurry", 0, turn: turn => turn with { StartBy = At(50) }));
        await ChangeAsync(Create("whenever"));
        Assert.Empty(await Tasks.DueAsync(At(49), 10));
        Assert.Equal([new TaskKey(Org, "hurry")], await Tasks.DueAsync(At(50), 10));
        Assert.Equal([new TaskKey(Org, "hurry"), new TaskKey(Org, "later")], await Tasks.DueAsync(At(100), 10));
        Assert.Single(await Tasks.DueAsync(At(100), 1));
        await ChangeAsync(new TaskCommand.Tick(Org, "hurry", At(50)));
        Assert.Equal([new TaskKey(Org, "later")], await Tasks.DueAsync(At(100), 10));
    }

    [Fact]
    public async Task Runs_of_a_session_are_found_oldest_first_until_their_slot_is_free()
    {
        var first = await ExecutingAsync("a", "s", at: 0);
        await ExecutingAsync("b", "s", at: 10);
        Assert.Equal(["a", "b"], Ids(await Tasks.RunsOfAsync(Org, "s")));
        await ChangeAsync(Stop("b", 20));
        Assert.Equal(["a", "b"], Ids(await Tasks.RunsOfAsync(Org, "s")));
        await ChangeAsync(Save("a", 20, AgentExecutionStatus.Completed, lease: first.Run!.Lease));
        Assert.Equal(["b"], Ids(await Tasks.RunsOfAsync(Org, "s")));
    }

    [Fact]
    public async Task Runs_of_sessions_that_are_not_stored_are_found()
    {
        await ExecutingAsync("a", "s", at: 0);
        await ExecutingAsync("b", "gone", at: 10);
        await ChangeAsync(Create("c", 20));
        await Store.Sessions.SaveSessionAsync(new StoredSession
        {
            Organization = Org,
            Id = "s",
            AgentId = TheAgent,
            KeyId = "k",
            Address = "::1",
            Environment = "local",
            Slots = 6,
            OpenedAt = At(0),
        });
        Assert.Equal([new TaskKey(Org, "b")], await Tasks.StraysAsync());
    }

    static string[] Ids(IReadOnlyList<TaskRecord> tasks) => [.. tasks.Select(task => task.Id)];

    async Task SaveAgentAsync(string document) =>
        await Store.Directory.SaveAgentAsync(new StoredAgent(Org, TheAgent, "Agent", 0, Encoding.UTF8.GetBytes(document), null, At(0), At(0)));
}
