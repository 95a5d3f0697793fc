using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;
using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Tests.Storage;

/// <summary>What is true of the SQLite store alone.</summary>
public sealed class SqliteTests : IDisposable
{
    readonly SqliteUnderTest _store = new(TimeProvider.System, TaskMachine.Decide, 1 << 20);

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Law_1_every_commit_is_flushed_to_disk()
    {
        await _store.Store.WriteAsync(writer =>
        {
            const long Full = 2;
            Assert.Equal(Full, writer.Connection.Scalar("PRAGMA synchronous"));
            Assert.Equal("wal", writer.Connection.TextScalar("PRAGMA journal_mode"));
        });
    }

    [Fact]
    public async Task A_statement_that_was_given_up_half_bound_begins_anew()
    {
        const string Sum = "SELECT ? + 10 * ?";
        await _store.Store.WriteAsync(writer =>
        {
            writer.Connection[Sum].Add(7);
            using var rows = writer.Connection[Sum].Add(1).Add(2).Query();
            Assert.True(rows.Read());
            Assert.Equal(21, rows.Int64(0));
        });
    }

    [Fact]
    public async Task A_database_held_by_somebody_else_is_unavailable_until_it_is_let_go()
    {
        using var other = SqliteConnection.Open(_store.DatabasePath, 1 << 20);
        other.Execute("BEGIN IMMEDIATE");
        var organization = new StoredOrganization("org-1", "First", TimeProvider.System.GetUtcNow());
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.Directory.AddOrganizationAsync(organization));
        other.Execute("ROLLBACK");
        Assert.True(await _store.Directory.AddOrganizationAsync(organization));
    }

    [Fact]
    public void A_second_server_on_the_same_data_is_refused()
    {
        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(new SqliteOptions(_store.DatabasePath), TimeProvider.System));
        Assert.Contains("only one server may have a data directory", refused.Message);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await _store.Store.WriteAsync(writer => writer.Connection.Execute("PRAGMA user_version = 9999"));
        var refused = Assert.Throws<StoreUnavailableException>(_store.Reopen);
        Assert.Equal($"The store has schema 9999, this program knows {Migrations.Latest}: it was written by a newer Tasklight. Start that one, or restore a backup.", refused.Message);
    }

    [Fact]
    public void Scripts_have_each_number_once_or_one_of_two_would_never_run() => Assert.Equal(Enumerable.Range(1, Migrations.Latest), Migrations.Numbers);

    [Fact]
    public async Task A_database_of_the_first_schema_is_brought_up_with_what_waits_in_it()
    {
        var fields = new AgentTaskFields { Id = "a", OrganizationId = "org-1", AgentId = "agent-1", Source = "sdk" };
        await _store.Tasks.ApplyAsync(new TaskCommand.Create("org-1", "a", DateTimeOffset.UnixEpoch, new NewTurn(fields)));
        await _store.Tasks.ApplyAsync(new TaskCommand.RequestApproval("org-1", "a", DateTimeOffset.UnixEpoch, new HumanInTheLoopRequest { WaitNodeId = "n" }, null));
        _store.ReopenAsOfSchema(1);

        Assert.Equal(["a"], (await _store.Tasks.ListAsync("org-1", new TaskQuery { WaitsFor = TaskWait.Approval })).Items.Select(item => item.Id));
        var approved = await _store.Tasks.ApplyAsync(new TaskCommand.Approve("org-1", "a", DateTimeOffset.UnixEpoch, "dana", null));
        Assert.Equal(AgentExecutionStatus.Pending, Assert.IsType<TaskDecision.Change>(approved.Decision).Task.Status);
    }

    [Fact]
    public async Task A_database_that_did_not_know_what_goes_on_below_ended_tasks_learns_it()
    {
        var above = (string?)null;
        foreach (var id in new[] { "a", "b", "c", "d", "e" })
        {
            var fields = new AgentTaskFields { Id = id, OrganizationId = "org-1", AgentId = "agent-1", Source = "sdk", ParentExecution = above };
            await _store.Tasks.ApplyAsync(new TaskCommand.Create("org-1", id, DateTimeOffset.UnixEpoch, new NewTurn(fields)));
            above = id;
        }

        foreach (var id in new[] { "b", "c", "e" })
            await _store.Tasks.ApplyAsync(new TaskCommand.Save("org-1", id, DateTimeOffset.UnixEpoch, new TaskPatch { Status = AgentExecutionStatus.Completed }, null));
        _store.ReopenAsOfSchema(8);

        async Task<string> BelowAsync(string id) => string.Join(' ', (await _store.Tasks.FindAsync("org-1", id))!.OpenBelow);
        Assert.Equal(("b", "c", "", ""), (await BelowAsync("a"), await BelowAsync("b"), await BelowAsync("c"), await BelowAsync("d")));
        await _store.Tasks.ApplyAsync(new TaskCommand.Stop("org-1", "a", DateTimeOffset.UnixEpoch, "tester"));
        Assert.Equal(AgentExecutionStatus.Stopped, (await _store.Tasks.FindAsync("org-1", "d"))!.Status);
    }

    [Fact]
    public async Task A_database_that_kept_the_lists_of_sub_tasks_in_the_row_of_their_parent_brings_them_along()
    {
        await CreateAsync("root");
        string[] children = ["c", "a", "\u00fc \"quoted\""];
        foreach (var id in children)
            await CreateAsync(id, "root");
        await EndAsync("a");
        await EndAsync("c");
        await EndAsync("root");
        // Of this turn the lists stand in its task_created.
        await CreateAsync("root");
        _store.ReopenAsOfSchema(9);
        await HasAsync(children, ["a", "c"]);
        await EndAsync(children[2]);
        _store.Reopen();
        await HasAsync(children, ["a", "c", children[2]]);

        async Task CreateAsync(string id, string? parent = null)
        {
            var fields = new AgentTaskFields { Id = id, OrganizationId = "org-1", AgentId = "agent-1", Source = "sdk", ParentExecution = parent };
            await ChangeAsync(new TaskCommand.Create("org-1", id, DateTimeOffset.UnixEpoch, new NewTurn(fields) { MayContinue = true }));
        }

        Task EndAsync(string id) => ChangeAsync(new TaskCommand.Save("org-1", id, DateTimeOffset.UnixEpoch, new TaskPatch { Status = AgentExecutionStatus.Completed }, null));

        async Task ChangeAsync(TaskCommand command) => Assert.IsType<TaskDecision.Change>((await _store.Tasks.ApplyAsync(command)).Decision);

        async Task HasAsync(string[] all, string[] finished)
        {
            var fields = (await _store.Tasks.FindAsync("org-1", "root"))!.Fields;
            Assert.Equal(all, fields.SubExecutions);
            Assert.Equal(finished, fields.FinishedSubExecutions);
        }
    }

    [Fact]
    public async Task A_task_that_executes_while_its_database_is_brought_up_has_its_run_in_its_duration()
    {
        TaskCommand.Save At(double seconds, AgentExecutionStatus status) => new("org-1", "a", DateTimeOffset.UnixEpoch.AddSeconds(seconds), new TaskPatch { Status = status }, null);
        var fields = new AgentTaskFields { Id = "a", OrganizationId = "org-1", AgentId = "agent-1", Source = "sdk" };
        await _store.Tasks.ApplyAsync(new TaskCommand.Create("org-1", "a", DateTimeOffset.UnixEpoch, new NewTurn(fields)));
        await _store.Tasks.ApplyAsync(At(2, AgentExecutionStatus.Executing));
        _store.Store.Dispose();
        using (var connection = SqliteConnection.Open(_store.DatabasePath, 1 << 20))
            connection.Execute("UPDATE tasks SET working_since = NULL");
        _store.ReopenAsOfSchema(8);
        await _store.Tasks.ApplyAsync(At(9, AgentExecutionStatus.Completed));
        Assert.Equal(7, (await _store.Tasks.FindAsync("org-1", "a"))!.Fields.Duration);
    }

    [Fact]
    public void Ids_of_the_server_are_uuids_of_version_4_that_rise_with_time()
    {
        var now = new DateTimeOffset(2026, 5, 13, 0, 0, 0, TimeSpan.Zero);
        var ids = new List<string>();
        for (var n = 0; n < 100; n++)
            ids.Add(TaskIds.New(now.AddMilliseconds(n)));

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Equal((4, true), (Guid.Parse(id).Version, "89ab".Contains(id[19], StringComparison.Ordinal))));
        Assert.NotEqual(TaskIds.New(now), TaskIds.New(now));
    }
}
