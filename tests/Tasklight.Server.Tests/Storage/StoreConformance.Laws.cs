using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;
using Tasklight.Server.Tests.Lifecycle;

namespace Tasklight.Server.Tests.Storage;

/// <summary>The laws of the design that are the store's to keep.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task Law_1_What_was_acknowledged_survives_an_orderly_restart()
    {
        await WorkAsync(50);
        var before = await EverythingAsync();
        Store.Reopen();
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task Law_1_What_was_acknowledged_survives_a_kill()
    {
        await WorkAsync(50);
        var before = await EverythingAsync();
        Store.Crash();
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task Law_1_Whatever_was_acknowledged_when_the_process_is_killed_under_load_is_there()
    {
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        var tasks = Tasks;
        using var enough = new SemaphoreSlim(0);
        var callers = Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            try
            {
                for (var n = 0; ; n++)
                {
                    var id = $"{caller}-{n}";
                    await tasks.ApplyAsync(Create(id, n));
                    acknowledged.Add(id);
                    enough.Release();
                }
            }
            catch (StoreUnavailableException)
            {
            }
        })).ToArray();
        for (var n = 0; n < 300; n++)
            await enough.WaitAsync(TestContext.Current.CancellationToken);
        var certain = acknowledged.ToArray();
        Store.Crash();
        await Task.WhenAll(callers);
        foreach (var id in certain)
            Assert.NotNull(await FindAsync(id));
        await AssertLogsAgreeAsync();
    }

    [Fact]
    public async Task Law_2_A_change_and_its_events_are_written_together_or_not_at_all()
    {
        await ChangeAsync(Create("parent"));
        _decide = (task, command) => command is TaskCommand.AddChild ? throw new InvalidOperationException("a bug") : TaskMachine.Decide(task, command);
        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(Create("child", 1, fields => fields.ParentExecution = "parent")));
        Assert.Null(await FindAsync("child"));
        Assert.Empty(await LogAsync("child"));
        Assert.Single(await LogAsync("parent"));
        Store.Reopen();
        Assert.Null(await FindAsync("child"));
    }

    [Fact]
    public async Task Law_2_Readers_never_see_a_task_ahead_of_its_log()
    {
        await ChangeAsync(Create("a"));
        var writing = Task.WhenAll(Enumerable.Range(0, 500).Select(n => ApplyAsync(Push("a", 1, $"{n}"))));
        while (!writing.IsCompleted)
        {
            var task = (await FindAsync("a"))!;
            var log = await LogAsync("a", after: task.Sequence - 1, limit: 1);
            Assert.Equal(task.Sequence, Assert.Single(log).Sequence);
            await Task.Yield();
        }

        await writing;
    }

    [Fact]
    public async Task Law_3_The_log_has_no_gaps_whoever_writes_to_it()
    {
        await WorkAsync(60);
        await AssertLogsAgreeAsync();
        Store.Crash();
        await AssertLogsAgreeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Law_3_Whatever_the_rules_allow_the_store_keeps(int seed)
    {
        var random = new Random(seed);
        var seen = new List<TaskRecord>();
        TaskRecord? task = null;
        for (var n = 0; n < 600; n++)
        {
            var command = LawProperties.Command(random.Next(LawProperties.Kinds), n, task, seen);
            var expected = TaskMachine.Decide(task, command);
            var outcome = await ApplyAsync(command);
            Assert.Equal(expected.GetType(), outcome.Decision.GetType());
            if (expected is not TaskDecision.Change change)
                continue;
            task = change.Task;
            seen.Add(task);
            Assert.Equal(Everything(task), Everything((await FindAsync(command.TaskId))!));
        }

        Store.Reopen();
        Assert.Equal(Everything(task!), Everything((await FindAsync(task!.Id))!));
        await AssertLogsAgreeAsync();
    }

    [Fact]
    public async Task Law_7_Organizations_never_meet()
    {
        await ChangeAsync(Create("same id", 0, fields => fields.Title = "mine"));
        await ChangeAsync(Create("same id", 0, fields => fields.Title = "theirs", org: "org-2"));
        await ChangeAsync(Create("only mine"));
        await Directory.SaveAgentAsync(new StoredAgent(Org, TheAgent, "Mine", 1, Bytes("{}"), Bytes("{}"), At(0), At(0)));
        await Directory.AddFileAsync(new StoredFile(Org, "file", "f", "text/plain", 1, At(0), null));

        Assert.Equal("theirs", (await FindAsync("same id", "org-2"))!.Fields.Title);
        Assert.Null(await FindAsync("only mine", "org-2"));
        Assert.Empty(await LogAsync("only mine", org: "org-2"));
        Assert.Equal(RefusalReason.NotFound, (await RefusedAsync(new TaskCommand.Stop("org-2", "only mine", At(1), "them"))).Reason);
        Assert.Equal(["same id"], (await Tasks.ListAsync("org-2", new TaskQuery())).Items.Select(item => item.Id));
        Assert.Empty((await Tasks.ListAsync("org-3", new TaskQuery { AgentId = TheAgent })).Items);
        Assert.Null(await Directory.FindAgentAsync("org-2", TheAgent));
        Assert.Null(await Directory.FindAgentVersionAsync("org-2", TheAgent, 1));
        Assert.Null(await Directory.FindFileAsync("org-2", "file"));

        var claimed = await Tasks.ClaimAsync("org-2", TheAgent, [new Seat("s", 9, 0)], At(1));
        Assert.Equal(["theirs"], claimed.Select(task => task.Fields.Title));
        Assert.Empty(await Tasks.RunsOfAsync(Org, "s"));
        await ChangeAsync(new TaskCommand.Delete("org-2", "same id", At(2)));
        Assert.Equal("mine", (await FindAsync("same id"))!.Fields.Title);
        Assert.Single(await LogAsync("same id"));
    }

    /// <summary>Some of everything, from many callers at once.</summary>
    async Task WorkAsync(int count)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(async n =>
        {
            var id = $"t{n}";
            await ChangeAsync(Create(id, n, fields => ForUser(fields, $"user-{n % 3}")));
            await ClaimAsync(new Seat($"s{n % 4}", 2, 0));
            await ChangeAsync(Push(id, n, "one", "two"));
            await Task.WhenAll(ApplyAsync(Save(id, n, AgentExecutionStatus.Executing)), ApplyAsync(Push(id, n, "three")));
            if (n % 2 == 0)
                await ChangeAsync(Save(id, n + 5, AgentExecutionStatus.Completed, $"result {n}"));
            if (n % 6 == 0)
                await ApplyAsync(Create(id, n + 10));
            if (n % 5 == 1)
                await ChangeAsync(Stop(id, n + 6));
        }));
    }

    async Task<string> EverythingAsync()
    {
        var text = "";
        foreach (var item in (await Tasks.ListAsync(Org, new TaskQuery { Limit = 1_000 })).Items)
        {
            text += Everything((await FindAsync(item.Id))!) + "\n";
            foreach (var stored in await LogAsync(item.Id))
                text += $"{stored.Sequence} {stored.Type} {stored.Time:O} {stored.Kind} {TextOf(stored)}\n";
        }

        return text;
    }

    async Task AssertLogsAgreeAsync()
    {
        foreach (var item in (await Tasks.ListAsync(Org, new TaskQuery { Limit = 1_000 })).Items)
        {
            var task = (await FindAsync(item.Id))!;
            var log = await LogAsync(item.Id, limit: 10_000);
            Assert.Equal(Enumerable.Range(1, (int)task.Sequence).Select(n => (long)n), log.Select(stored => stored.Sequence));
            Assert.Equal(TaskEventTypes.TaskCreated, log[(int)task.TurnStart - 1].Type);
            if (task.IsTerminal)
                Assert.Equal(TaskEventTypes.TaskFinished, log[(int)task.FinishedSequence - 1].Type);
        }
    }
}
