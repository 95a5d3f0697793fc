using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Apply and Find.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task An_applied_create_is_found()
    {
        var created = await ChangeAsync(Create("a"));
        var found = await FindAsync("a");
        Assert.Equal(Everything(created), Everything(found!));
        Assert.Null(await FindAsync("b"));
    }

    [Fact]
    public async Task Every_part_of_a_record_comes_back_from_disk()
    {
        await ChangeAsync(Create("a", 0, fields =>
        {
            ForUser(fields, "user-1");
            fields.Title = "Überschrift 🎈 \u2028";
            fields.Priority = -7;
            fields.NotBefore = At(0.000001);
            fields.OutputSchema = System.Text.Json.JsonDocument.Parse("""{"type": "object", "x": [1.50, null]}""").RootElement;
        }, turn => turn with { Pin = "session-1", StartBy = At(500), MaxAttempts = 5, MaxRunSeconds = 77, Secrets = [0, 1, 255], CreateHash = "hash" }));
        await SameAfterReopeningAsync("a");
        await ChangeAsync(new TaskCommand.Tick(Org, "a", At(1)));
        await SameAfterReopeningAsync("a");
        var offered = Assert.Single(await ClaimAsync(new Seat("session-1", 1, 0)));
        await SameAfterReopeningAsync("a");
        await ChangeAsync(Save("a", 2, AgentExecutionStatus.Executing, lease: offered.Run!.Lease));
        await SameAfterReopeningAsync("a");
        await ChangeAsync(new TaskCommand.Save(Org, "a", At(3), new TaskPatch { InternalStatus = "halfway", Result = "so far", UsedTools = new[] { "t1" }, DeepPlanning = new DeepPlanning { Enabled = true } }, offered.Run.Lease));
        await SameAfterReopeningAsync("a");
        await ChangeAsync(Save("a", 4, AgentExecutionStatus.Completed, "ü\0end", offered.Run.Lease));
        await SameAfterReopeningAsync("a");
        await ChangeAsync(Create("a", 5, fields => fields.Input = new AgentExecutionInput { Text = "", Files = ["https://example.org/a.csv"] }));
        await SameAfterReopeningAsync("a");
        await ChangeAsync(Stop("a", 6));
        await SameAfterReopeningAsync("a");
    }

    [Fact]
    public async Task An_empty_text_is_not_the_same_as_none()
    {
        await ChangeAsync(Create("a", 0, fields => fields.Title = ""));
        await ChangeAsync(Save("a", 1, AgentExecutionStatus.Completed, ""));
        Store.Reopen();
        Assert.Equal(("", ""), ((await FindAsync("a"))!.Fields.Result, (await Tasks.ListAsync(Org, new TaskQuery())).Items[0].Title));
    }

    [Fact]
    public async Task A_long_prompt_and_a_long_result_come_back_whole()
    {
        var (prompt, result) = (new string('p', 2_000_000), new string('ä', 1_000_000));
        await ChangeAsync(Create("a", 0, fields => fields.Input = fields.Input with { Text = prompt }));
        await ChangeAsync(Save("a", 1, AgentExecutionStatus.Completed, result));
        Store.Reopen();
        var found = await FindAsync("a");
        Assert.Equal((prompt, result), (found!.Fields.Input.Text, found.Fields.Result));
    }

    [Fact]
    public async Task A_refused_command_changes_nothing()
    {
        var before = await ChangeAsync(Create("a"));
        var refusal = await RefusedAsync(Save("a", 1, AgentExecutionStatus.Completed, lease: "not the lease"));
        Assert.Equal(RefusalReason.LeaseLost, refusal.Reason);
        Assert.Equal(Everything(before), Everything((await FindAsync("a"))!));
        Assert.Single(await LogAsync("a"));
        Assert.Equal(RefusalReason.NotFound, (await RefusedAsync(Stop("unknown", 1))).Reason);
    }

    [Fact]
    public async Task Commands_that_are_sent_together_are_carried_out_in_their_order()
    {
        var outcomes = await Task.WhenAll(
            ApplyAsync(Create("a")),
            ApplyAsync(Save("a", 1, AgentExecutionStatus.Executing)),
            ApplyAsync(Save("a", 2, AgentExecutionStatus.Completed, "done")),
            ApplyAsync(Stop("a", 3)));
        Assert.All(outcomes, outcome => Assert.IsType<TaskDecision.Change>(outcome.Decision));
        Assert.Equal(AgentExecutionStatus.Completed, (await FindAsync("a"))!.Status);
        Assert.Equal(["task_created", "task_updated", "task_finished"], (await LogAsync("a")).Select(stored => stored.Type));
    }

    [Fact]
    public async Task Stop_reaches_the_whole_tree_in_one_change()
    {
        await ChangeAsync(Create("root"));
        await ChangeAsync(Create("child", 1, fields => fields.ParentExecution = "root"));
        await ChangeAsync(Create("grandchild", 2, fields => fields.ParentExecution = "child"));
        await ChangeAsync(Stop("root", 3));
        foreach (var id in new[] { "root", "child", "grandchild" })
            Assert.Equal(AgentExecutionStatus.Stopped, (await FindAsync(id))!.Status);
        Assert.Equal(["child"], (await FindAsync("root"))!.Fields.FinishedSubExecutions);
    }

    [Fact]
    public async Task Stop_and_delete_are_refused_to_no_tree_for_its_size()
    {
        const int Wide = 101;
        await ChangeAsync(Create("root"));
        await CreateBelowAsync(["root"]);
        var middle = (await FindAsync("root"))!.Fields.SubExecutions;
        await CreateBelowAsync(middle);
        Assert.Equal(1 + Wide + (Wide * Wide), await CountAsync(AgentExecutionStatus.Pending));

        var stopped = await ChangeAsync(Stop("root", 3));
        Assert.Equal((Wide, false), (stopped.Fields.FinishedSubExecutions.Count, stopped.IsOpen));
        Assert.Equal((0, 1 + Wide + (Wide * Wide)), (await CountAsync(AgentExecutionStatus.Pending), await CountAsync(AgentExecutionStatus.Stopped)));
        await ChangeAsync(new TaskCommand.Delete(Org, "root", At(4)));
        Assert.Equal(0, await CountAsync(AgentExecutionStatus.Stopped));

        await ChangeAsync(Create("root"));
        await CreateBelowAsync(["root"]);
        await CreateBelowAsync(middle);
        await ChangeAsync(new TaskCommand.Delete(Org, "root", At(4)));
        Assert.Equal(0, await CountAsync(AgentExecutionStatus.Pending));

        async Task CreateBelowAsync(IEnumerable<string> parents) => await Task.WhenAll(
            from parent in parents
            from n in Enumerable.Range(0, Wide)
            select ApplyAsync(Create($"{parent}-{n}", 1, fields => fields.ParentExecution = parent)));

        async Task<int?> CountAsync(AgentExecutionStatus status) => (await Tasks.ListAsync(Org, new TaskQuery { Status = status, Limit = 1, CountUpTo = 100_000 })).Total;
    }

    [Fact]
    public async Task A_sub_task_that_begins_or_ends_adds_as_much_to_the_log_of_its_parent_however_many_there_are()
    {
        await ChangeAsync(Create("root"));
        string[] children = [.. Enumerable.Range(100, 200).Select(n => $"child-{n}")];
        foreach (var id in children)
            await ChangeAsync(Create(id, 1, fields => fields.ParentExecution = "root"));
        await SameAfterReopeningAsync("root");
        foreach (var id in children.Reverse())
            await ChangeAsync(Save(id, 2, AgentExecutionStatus.Completed));
        await ChangeAsync(Create("child-250", 3));
        await SameAfterReopeningAsync("root");

        var root = (await FindAsync("root"))!.Fields;
        Assert.Equal(children, root.SubExecutions);
        Assert.Equal(children.Reverse().Except(["child-250"]), root.FinishedSubExecutions);
        var told = (await LogAsync("root")).Where(e => e.Type == TaskEventTypes.TaskUpdated).Select(e => e.Data.Length).ToArray();
        Assert.Equal((2 * children.Length) + 1, told.Length);
        Assert.InRange(told.Max(), 1, 150);
    }

    [Fact]
    public async Task Stop_reaches_what_goes_on_below_sub_tasks_that_have_ended_and_the_store_remembers_where()
    {
        await ChangeAsync(Create("root"));
        await ChangeAsync(Create("child", 1, fields => fields.ParentExecution = "root"));
        await ChangeAsync(Create("ü \"quoted\"", 1, fields => fields.ParentExecution = "child"));
        await ChangeAsync(Save("child", 2, AgentExecutionStatus.Completed));
        await SameAfterReopeningAsync("root");
        Assert.Equal(["child"], (await FindAsync("root"))!.OpenBelow);
        await ChangeAsync(Save("ü \"quoted\"", 3, AgentExecutionStatus.Completed));
        await SameAfterReopeningAsync("root");
        Assert.Empty((await FindAsync("root"))!.OpenBelow);
        await ChangeAsync(Create("ü \"quoted\"", 4));
        await ChangeAsync(Save("root", 5, AgentExecutionStatus.Failed));
        Store.Reopen();

        var stopped = await ChangeAsync(Stop("root", 6));
        Assert.Equal((AgentExecutionStatus.Failed, false), (stopped.Status, stopped.IsOpen));
        Assert.Equal(AgentExecutionStatus.Stopped, (await FindAsync("ü \"quoted\""))!.Status);
        await SameAfterReopeningAsync("root");
    }

    [Fact]
    public async Task Tasks_that_are_put_below_each_other_at_once_make_no_circle()
    {
        foreach (var id in new[] { "a", "b", "c" })
            await ChangeAsync(Create(id));
        await Task.WhenAll(ApplyAsync(Below("a", "b")), ApplyAsync(Below("b", "c")), ApplyAsync(Below("c", "a")));
        Assert.Equal(("b", "c", null), ((await FindAsync("a"))!.Fields.ParentExecution, (await FindAsync("b"))!.Fields.ParentExecution, (await FindAsync("c"))!.Fields.ParentExecution));
        Assert.Equal(["parent_execution"], Assert.IsType<TaskDecision.Change>((await ApplyAsync(Below("c", "b"))).Decision).Ignored);

        await ChangeAsync(Stop("c", 2));
        var refused = await RefusedAsync(Create("c", 3, fields => fields.ParentExecution = "a"));
        Assert.Equal("Task 'a' is below task 'c', so it cannot be its parent.", refused.Detail);

        static TaskCommand Below(string id, string parent) => new TaskCommand.Save(Org, id, At(1), new TaskPatch { ParentExecution = parent }, null);
    }

    [Fact]
    public async Task A_circle_of_follow_ups_ends()
    {
        _decide = (task, command) => command is TaskCommand.Stop stop
            ? new TaskDecision.Change(task!, []) { FollowUps = [stop with { TaskId = stop.TaskId == "a" ? "b" : "a" }] }
            : TaskMachine.Decide(task, command);
        await ChangeAsync(Create("a"));
        await ChangeAsync(Create("b"));
        await ChangeAsync(Stop("a", 1));
    }

    [Fact]
    public async Task Follow_ups_without_end_are_refused_and_nothing_of_them_stays()
    {
        _decide = (task, command) => command is TaskCommand.Stop stop
            ? new TaskDecision.Change(task! with { Sequence = task.Sequence + 1 }, [new EventDraft("x", stop.Now, "1"u8.ToArray(), EventKind.Hidden)]) { FollowUps = [stop with { Now = stop.Now.AddSeconds(1) }] }
            : TaskMachine.Decide(task, command);
        await ChangeAsync(Create("a"));
        var refusal = await RefusedAsync(Stop("a", 1));
        Assert.Contains("more than 10000 times", refusal.Detail);
        Assert.Single(await LogAsync("a"));
    }

    [Fact]
    public async Task Delete_removes_the_task_its_log_and_its_sub_tasks()
    {
        await ChangeAsync(Create("root"));
        await ChangeAsync(Create("child", 1, fields => fields.ParentExecution = "root"));
        await ChangeAsync(new TaskCommand.Delete(Org, "root", At(2)));
        foreach (var id in new[] { "root", "child" })
        {
            Assert.Null(await FindAsync(id));
            Assert.Empty(await LogAsync(id));
        }

        Assert.Empty(await ListAsync(new TaskQuery()));
        var again = await ChangeAsync(Create("root", 3));
        Assert.Equal((1, 1), (again.Sequence, again.Turn));
    }

    [Fact]
    public async Task A_task_deleted_and_made_again_at_once_is_the_new_one()
    {
        await ChangeAsync(Create("a"));
        await Task.WhenAll(
            ApplyAsync(Push("a", 1, "old")),
            ApplyAsync(new TaskCommand.Delete(Org, "a", At(1))),
            ApplyAsync(Create("a", 2, fields => fields.Title = "new")));
        Store.Reopen();
        Assert.Equal("new", (await FindAsync("a"))!.Fields.Title);
        Assert.Single(await LogAsync("a"));
    }

    [Fact]
    public async Task Listeners_hear_of_every_change_in_order_before_the_caller_does()
    {
        var recorder = new Recorder();
        Store.Listener = recorder;
        await ChangeAsync(Create("a"));
        Assert.Single(recorder.Changes);
        await ChangeAsync(Save("a", 1, AgentExecutionStatus.Executing));
        await RefusedAsync(Save("a", 1, AgentExecutionStatus.Completed, lease: "no"));
        await ChangeAsync(new TaskCommand.Delete(Org, "a", At(2)));
        Assert.Equal(
            [(null, AgentExecutionStatus.Pending), (AgentExecutionStatus.Pending, AgentExecutionStatus.Executing), (AgentExecutionStatus.Executing, null)],
            recorder.Changes.Select(change => (change.Before?.Status, change.After?.Status)));
    }

    [Fact]
    public async Task One_bad_command_harms_nobody_else()
    {
        _decide = (task, command) => command.TaskId == "bad" ? throw new InvalidOperationException("a bug") : TaskMachine.Decide(task, command);
        var sent = Enumerable.Range(0, 50).Select(n => ApplyAsync(Create(n == 25 ? "bad" : $"t{n}", n))).ToArray();
        for (var n = 0; n < sent.Length; n++)
        {
            if (n == 25)
                await Assert.ThrowsAsync<InvalidOperationException>(() => sent[25]);
            else
                Assert.IsType<TaskDecision.Change>((await sent[n]).Decision);
        }

        Assert.Equal(49, (await ListAsync(new TaskQuery { Limit = 100 })).Length);
    }

    [Fact]
    public async Task A_row_that_breaks_an_invariant_cannot_be_written()
    {
        await ChangeAsync(Create("a"));
        _decide = (task, _) =>
        {
            var fields = task!.Fields.Clone();
            fields.Status = AgentExecutionStatus.Completed;
            return new TaskDecision.Change(task with { Fields = fields }, []);
        };
        await Assert.ThrowsAnyAsync<Exception>(() => ApplyAsync(Stop("a", 1)));
        Assert.Equal(AgentExecutionStatus.Pending, (await FindAsync("a"))!.Status);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_store_recovers()
    {
        await ChangeAsync(Create("a"));
        await Store.FillDiskAsync();
        var large = new string('x', 200_000);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ApplyAsync(Create("b", 1, fields => fields.Input = fields.Input with { Text = large })));
        Assert.Null(await FindAsync("b"));
        Assert.NotNull(await FindAsync("a"));
        await Store.FreeDiskAsync();
        await ChangeAsync(Create("b", 1, fields => fields.Input = fields.Input with { Text = large }));
        Assert.NotNull(await FindAsync("b"));
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_unavailable()
    {
        await ChangeAsync(Create("a"));
        var tasks = Tasks;
        Store.Reopen();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await tasks.ApplyAsync(Stop("a", 1)));
    }

    async Task SameAfterReopeningAsync(string id)
    {
        var before = Everything((await FindAsync(id))!);
        Store.Reopen();
        Assert.Equal(before, Everything((await FindAsync(id))!));
    }
}
