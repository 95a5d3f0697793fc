using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Durable sessions.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task Steps_of_a_session_survive_a_crash_and_go_on_in_the_next_turn()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Steps("a", 1, (1, "turn", "\"one\""), (2, "model", "{\"x\":1}")));
        Store.Crash();
        await ChangeAsync(Save("a", 2, AgentExecutionStatus.Completed));
        await ChangeAsync(Create("a", 3));
        var task = await ChangeAsync(Steps("a", 4, (3, "turn", "\"two\"")));

        Assert.Equal(3, task.SessionLast);
        Assert.Equal(["1 turn \"one\"", "2 model {\"x\":1}", "3 turn \"two\""], await SessionAsync("a"));
        Assert.Equal(["3 turn \"two\""], await SessionAsync("a", after: 2));
        Assert.Equal(At(4), (await Tasks.ReadSessionAsync(Org, "a", 2))[0].CreatedAt);
        Assert.Empty(await Tasks.ReadSessionAsync("org-2", "a", 0));
    }

    [Fact]
    public async Task A_repeated_step_with_the_same_content_is_a_replay_and_with_another_a_conflict()
    {
        await ChangeAsync(Create("a"));
        var used = new UsageTotals { PromptTokens = 5 };
        await ChangeAsync(Steps("a", 1, used, (1, "turn", "{\"x\":1,\"y\":2}"), (2, "note", "2")));
        var again = await ChangeAsync(Steps("a", 2, used, (1, "turn", "{\"y\":2, \"x\":1}"), (2, "note", "2")));
        var part = await ChangeAsync(Steps("a", 2, used, (2, "note", "2")));

        Assert.Equal((2, 5, 5), (part.SessionLast, again.Fields.Usage!.PromptTokens, part.Fields.Usage!.PromptTokens));
        Assert.Equal(ErrorCodes.SessionConflict, (await RefusedAsync(Steps("a", 3, (2, "note", "3")))).Code);
        Assert.Equal(ErrorCodes.SessionConflict, (await RefusedAsync(Steps("a", 3, (2, "turn", "2")))).Code);
        Assert.Equal(ErrorCodes.SessionConflict, (await RefusedAsync(Steps("a", 3, (2, "note", "2"), (3, "note", "3")))).Code);
        Assert.Equal(ErrorCodes.SessionConflict, (await RefusedAsync(Steps("a", 3, (4, "note", "4")))).Code);
        Assert.Equal(2, (await SessionAsync("a")).Length);
    }

    [Fact]
    public async Task A_replay_is_known_within_the_transaction_of_the_first()
    {
        await ChangeAsync(Create("a"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ApplyAsync(Steps("a", 1, new UsageTotals { ToolCalls = 1 }, (1, "note", "1")))));

        Assert.All(outcomes, outcome => Assert.IsType<TaskDecision.Change>(outcome.Decision));
        Assert.Equal(1, (await FindAsync("a"))!.Fields.Usage!.ToolCalls);
    }

    [Fact]
    public async Task The_place_of_the_last_summary_is_kept()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Steps("a", 1, (1, "turn", "1"), (2, "summary", "2"), (3, "note", "3"), (4, "summary", "4"), (5, "note", "5")));
        Store.Reopen();
        Assert.Equal((5, 4), ((await FindAsync("a"))!.SessionLast, (await FindAsync("a"))!.SessionSummary));
    }

    [Fact]
    public async Task What_was_used_is_added_to_every_task_above_in_the_same_commit()
    {
        await ChangeAsync(Create("top"));
        await ChangeAsync(Create("middle", 1, fields => fields.ParentExecution = "top"));
        await ChangeAsync(Create("leaf", 2, fields => fields.ParentExecution = "middle"));
        var recorder = new Recorder();
        Store.Listener = recorder;
        await ChangeAsync(Steps("leaf", 3, new UsageTotals { PromptTokens = 10, CompletionTokens = 2, Cost = 0.5m }, (1, "model", "1")));
        await ChangeAsync(Steps("middle", 4, new UsageTotals { ToolCalls = 1 }, (1, "model", "1")));
        Store.Reopen();

        var (top, middle, leaf) = ((await FindAsync("top"))!.Fields.Usage!, (await FindAsync("middle"))!.Fields.Usage!, (await FindAsync("leaf"))!.Fields.Usage!);
        Assert.Equal((0, 10, 1, 0.5m), (top.PromptTokens, top.Tree.PromptTokens, top.Tree.ToolCalls, top.Tree.Cost));
        Assert.Equal((0, 1, 10, 2), (middle.PromptTokens, middle.ToolCalls, middle.Tree.PromptTokens, middle.Tree.CompletionTokens));
        Assert.Equal((10, 10, 0.5m), (leaf.PromptTokens, leaf.Tree.PromptTokens, leaf.Cost));
        Assert.Equal(["leaf", "middle", "top"], recorder.Changes.Take(3).Select(change => change.Either.Id));
    }

    [Fact]
    public async Task A_deleted_task_takes_its_session_along()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(Steps("a", 1, (1, "turn", "1")));
        await ChangeAsync(new TaskCommand.Delete(Org, "a", At(2)));
        await ChangeAsync(Create("a", 3));
        Assert.Empty(await SessionAsync("a"));
        Assert.Equal(0, (await FindAsync("a"))!.SessionLast);
    }

    [Fact]
    public async Task A_long_session_is_read_in_pages()
    {
        await ChangeAsync(Create("a"));
        var text = $"\"{new string('x', 3_000_000)}\"";
        for (var n = 1; n <= 6; n++)
            await ChangeAsync(Steps("a", n, (n, "tool_result", text)));
        Assert.Equal([1, 2, 3], (await Tasks.ReadSessionAsync(Org, "a", 0)).Select(step => step.Number));
        Assert.Equal([6], (await Tasks.ReadSessionAsync(Org, "a", 5)).Select(step => step.Number));
    }

    static TaskCommand.SaveSession Steps(string id, double at, params (int Number, string Kind, string Json)[] steps) => Steps(id, at, new UsageTotals(), steps);

    static TaskCommand.SaveSession Steps(string id, double at, UsageTotals used, params (int Number, string Kind, string Json)[] steps) =>
        new(Org, id, At(at), [.. steps.Select(step => new SessionDraft(step.Number, step.Kind, Encoding.UTF8.GetBytes(step.Json)))], used, null);

    async Task<string[]> SessionAsync(string id, int after = 0) =>
        [.. (await Tasks.ReadSessionAsync(Org, id, after)).Select(step => $"{step.Number} {step.Kind} {Encoding.UTF8.GetString(step.Data.Span)}")];
}
