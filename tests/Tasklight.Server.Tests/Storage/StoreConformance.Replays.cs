using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>Idempotency keys.</summary>
public abstract partial class StoreConformance
{
    [Fact]
    public async Task The_same_key_and_body_give_the_task_as_it_is_now_and_change_nothing()
    {
        var first = await ApplyAsync(Create("a") with { Idempotency = Key("k") });
        Assert.False(first.Replayed);
        await ChangeAsync(Save("a", 1, AgentExecutionStatus.Executing));

        var again = await ApplyAsync(Create("another id", 2) with { Idempotency = Key("k") });
        Assert.True(again.Replayed);
        var change = Assert.IsType<TaskDecision.Change>(again.Decision);
        Assert.Equal(("a", AgentExecutionStatus.Executing), (change.Task.Id, change.Task.Status));
        Assert.Null(await FindAsync("another id"));
        Assert.Equal(2, (await LogAsync("a")).Count);
    }

    [Fact]
    public async Task A_key_outlives_the_process()
    {
        await ChangeAsync(Create("a") with { Idempotency = Key("k") });
        Store.Crash();
        Assert.True((await ApplyAsync(Create("b", 1) with { Idempotency = Key("k") })).Replayed);
    }

    [Fact]
    public async Task Keys_sent_together_are_told_apart_and_equal_ones_act_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => ApplyAsync(Create($"t{n}") with { Idempotency = Key("k" + (n % 2)) })));
        Assert.Equal(2, outcomes.Count(outcome => !outcome.Replayed));
        Assert.Equal(2, (await ListAsync(new TaskQuery())).Length);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_a_conflict()
    {
        await ChangeAsync(Create("a") with { Idempotency = Key("k") });
        var refusal = await RefusedAsync(Create("b") with { Idempotency = Key("k") with { BodyHash = "other" } });
        Assert.Equal((RefusalReason.Conflict, ErrorCodes.IdempotencyConflict), (refusal.Reason, refusal.Code));
    }

    [Fact]
    public async Task A_key_belongs_to_its_organization_and_its_route()
    {
        await ChangeAsync(Create("a") with { Idempotency = Key("k") });
        Assert.False((await ApplyAsync(Create("a", org: "org-2") with { Idempotency = Key("k") })).Replayed);
        Assert.False((await ApplyAsync(Create("b") with { Idempotency = Key("k") with { Scope = "PATCH /b" } })).Replayed);
    }

    [Fact]
    public async Task A_refused_command_does_not_use_up_its_key()
    {
        await RefusedAsync(Stop("a", 0) with { Idempotency = Key("k") });
        await ChangeAsync(Create("a"));
        var second = await ApplyAsync(Stop("a", 1) with { Idempotency = Key("k") });
        Assert.False(second.Replayed);
        Assert.Equal(AgentExecutionStatus.Stopped, (await FindAsync("a"))!.Status);
    }

    [Fact]
    public async Task A_key_is_new_again_after_a_day()
    {
        await ChangeAsync(Create("a") with { Idempotency = Key("k") });
        Assert.True((await ApplyAsync(Create("b", 24 * 3600 - 1) with { Idempotency = Key("k") })).Replayed);
        Assert.False((await ApplyAsync(Create("c", 24 * 3600 + 1) with { Idempotency = Key("k") })).Replayed);
        _clock.Advance(TimeSpan.FromDays(3));
        await Tasks.TrimAsync(At(0), 100);
        Assert.False((await ApplyAsync(Create("d", 24 * 3600 + 2) with { Idempotency = Key("k") })).Replayed);
    }

    [Fact]
    public async Task A_repeated_delete_is_a_replay_of_a_task_that_is_gone()
    {
        await ChangeAsync(Create("a"));
        await ChangeAsync(new TaskCommand.Delete(Org, "a", At(1)) { Idempotency = Key("k") });
        var again = await ApplyAsync(new TaskCommand.Delete(Org, "a", At(2)) { Idempotency = Key("k") });
        Assert.True(again.Replayed);
        Assert.Equal(RefusalReason.NotFound, Assert.IsType<TaskDecision.Refusal>(again.Decision).Reason);
    }

    [Fact]
    public async Task Answers_of_other_routes_are_kept_whole()
    {
        var replay = new StoredReplay(Org, "POST /v1/agents", "k", "hash", 201, [1, 2, 3], At(0));
        Assert.Null(await Store.Directory.FindReplayAsync(Org, replay.Scope, replay.Key));
        await Store.Directory.SaveReplayAsync(replay);
        Assert.Equivalent(replay, await Store.Directory.FindReplayAsync(Org, replay.Scope, replay.Key));
        Assert.Null(await Store.Directory.FindReplayAsync("org-2", replay.Scope, replay.Key));
        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Null(await Store.Directory.FindReplayAsync(Org, replay.Scope, replay.Key));
    }

    static IdempotencyKey Key(string key) => new(key, "POST /tasks", "hash");
}
