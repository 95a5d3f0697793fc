namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>Workers that die or freeze for longer than their sessions live, which is short here.</summary>
public sealed class BaselineLossTests(HastyServer server) : BaselineScenario(server), IClassFixture<HastyServer>
{
    [Fact]
    public async Task Tasks_of_a_killed_worker_run_elsewhere()
    {
        var dying = new Runs();
        var living = new Runs();
        var victim = await WorkerAsync(dying.HandleAsync);
        var created = await CreateAsync("survive");
        await dying.NextAsync();
        await WorkerAsync(living.HandleAsync);

        victim.Kill();
        var run = await living.NextAsync();
        Assert.Equal(created.Id, run.Task.Id);
        run.Finish("done elsewhere");

        var done = await Api.BecomesAsync(created.Id, "completed");
        Assert.Equal("done elsewhere", Result(done));
        Assert.Equal(2, done["attempt"]!.GetValue<int>());
        Assert.Equal(1, living.Count(created.Id));
    }

    [Fact]
    public async Task A_worker_that_comes_back_after_its_task_ended_elsewhere_changes_nothing()
    {
        var away = new Runs();
        var other = new Runs();
        var worker = await WorkerAsync(away.HandleAsync);
        var created = await CreateAsync("mine?");
        var old = await away.NextAsync();
        await WorkerAsync(other.HandleAsync);

        worker.Network.Hold();
        (await other.NextAsync()).Finish("the other's");
        var ended = await Api.BecomesAsync(created.Id, "completed");

        worker.Network.Release();
        old.Finish("too late");
        await Eventually.HoldsAsync(
            () => worker.Network.Calls.Any(static c => c is { SavedStatus: "completed", Status: 200 }),
            "the late save was answered");

        var after = await Api.GetTaskAsync(created.Id);
        Assert.Equal("the other's", Result(after));
        Assert.Equal(ended["finished_at"]!.GetValue<string>(), after["finished_at"]!.GetValue<string>());
        Assert.Single(await LogTypesAsync(created.Id), static type => type == "task_finished");
        Assert.Contains("late_result", await LogTypesAsync(created.Id));
    }

    [Fact]
    public async Task A_task_whose_workers_always_die_ends_in_error_and_says_so()
    {
        var agent = await Api.CreateAgentAsync();
        var options = Options with { AgentId = agent };
        using var client = new BaselineClient(options);
        var created = await client.CreateAsync("poison", Token, more: new() { ["max_attempts"] = 2 });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var runs = new Runs();
            var worker = await WorkerAsync(runs.HandleAsync, options);
            await runs.NextAsync();
            worker.Kill();
        }

        var ended = await Api.BecomesAsync(created.Id, "error");
        Assert.Equal(2, ended["attempt"]!.GetValue<int>());
        Assert.Contains("attempt", Result(ended), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_late_answer_of_a_lost_worker_is_never_the_answer_of_the_next_turn()
    {
        var away = new Runs();
        var worker = await WorkerAsync(away.HandleAsync);
        worker.Network.Interfere = call =>
        {
            // It freezes with its final save on the way.
            if (call.SavedStatus == "completed")
                worker.Network.Hold();
            return NetworkFault.None;
        };
        var created = await CreateAsync("old question");
        (await away.NextAsync()).Finish("old answer");
        await Api.BecomesAsync(created.Id, "pending");
        await Client.StopAsync(created.Id, Token);

        var next = await CreateAsync("new question", id: created.Id);
        var other = new Runs();
        await WorkerAsync(other.HandleAsync);
        var fresh = await other.NextAsync();
        Assert.Equal("new question", fresh.Task.Text);

        worker.Network.Interfere = static _ => NetworkFault.None;
        worker.Network.Release();
        await Eventually.HoldsAsync(
            () => worker.Network.Calls.Any(static c => c is { SavedStatus: "completed", Status: 200 }),
            "the late save was answered");
        fresh.Finish("new answer");

        Assert.Equal("new answer", Result(await Api.BecomesAsync(next.Id, "completed")));
    }

    [Fact]
    public async Task The_first_final_save_of_a_turn_wins_even_an_older_runs()
    {
        var (away, other) = (new Runs(), new Runs());
        var worker = await WorkerAsync(away.HandleAsync);
        var created = await CreateAsync("who is first");
        var old = await away.NextAsync();
        worker.Network.Hold();
        var second = await WorkerAsync(other.HandleAsync);
        var fresh = await other.NextAsync();

        worker.Network.Release();
        old.Finish("the older run's");
        Assert.Equal("the older run's", Result(await Api.BecomesAsync(created.Id, "completed")));
        fresh.Finish("the newer run's");
        await Eventually.HoldsAsync(
            () => second.Network.Calls.Any(static c => c is { SavedStatus: "completed", Status: 200 }),
            "the second final save was answered");

        Assert.Equal("the older run's", Result(await Api.GetTaskAsync(created.Id)));
        Assert.Single(await LogTypesAsync(created.Id), static type => type == "task_finished");

        // Its slot is free again: it takes the next one.
        var next = await CreateAsync("go on");
        (await NextOf(away, other)).Finish("fine");
        Assert.Equal("fine", Result(await Api.BecomesAsync(next.Id, "completed")));
    }

    static async Task<Runs.Run> NextOf(Runs one, Runs other)
    {
        var (first, second) = (one.NextAsync(), other.NextAsync());
        return await await Task.WhenAny(first, second);
    }
}
