namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>Stops that meet workers who cannot be told (contract: worker-protocol §§8, 9).</summary>
public sealed class BaselineStopTests(SharedServer server) : BaselineScenario(server)
{
    [Fact]
    public async Task The_late_save_of_a_stopped_run_changes_nothing_and_the_record_says_when_its_slot_came_back()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var created = await CreateAsync("long work");
        var run = await runs.NextAsync();

        var stopped = await Client.StopAsync(created.Id, Token);
        Assert.Equal("stopped", stopped.Status);
        var before = await Api.GetTaskAsync(created.Id);
        Assert.NotNull(before["stop"]!["requested_at"]);
        Assert.Null(before["stop"]!["ended_at"]);

        run.Finish("too late");
        var after = await Eventually.IsAsync(
            async () => await Api.GetTaskAsync(created.Id) is var task && task["stop"]?["ended_at"] is not null ? task : null,
            "the record says that the run gave its slot back");

        Assert.Equal("stopped", Status(after));
        Assert.Null(Result(after));
        Assert.Equal(before["finished_at"]!.GetValue<string>(), after["finished_at"]!.GetValue<string>());
        Assert.Contains("late_result", await LogTypesAsync(created.Id));
        Assert.Single(await LogTypesAsync(created.Id), static type => type == "task_finished");
        Assert.False(worker.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_task_stopped_before_its_first_save_refuses_it_and_the_worker_lives()
    {
        var runs = new Runs();
        var isStopped = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = await WorkerAsync(runs.HandleAsync);

        // The dispatch has arrived; its first save waits until the task is stopped.
        worker.Network.Meanwhile = async call =>
        {
            if (call.SavedStatus != "executing" || isStopped.Task.IsCompleted)
                return;

            var id = call.Path.Split('/')[^2];
            await Client.StopAsync(id, Token);
            isStopped.TrySetResult(id);
        };
        var created = await CreateAsync("stop me");
        Assert.Equal(created.Id, await isStopped.Task.InTime());
        await Eventually.HoldsAsync(() => worker.Network.Calls.Any(c => c.Name == $"POST {worker.Ids[0]}"), "the worker gave its slot back");

        Assert.Contains(worker.Network.Calls, static c => c is { SavedStatus: "executing", Status: 409 });
        Assert.Equal(0, runs.Count(created.Id));
        Assert.Equal("stopped", Status(await Api.GetTaskAsync(created.Id)));

        var next = await CreateAsync("go on");
        (await runs.NextAsync()).Finish("fine");
        Assert.Equal("fine", Result(await Api.BecomesAsync(next.Id, "completed")));
        Assert.False(worker.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_task_stopped_and_continued_before_its_first_save_runs_the_new_turn_alone()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var isStopped = false;
        worker.Network.Meanwhile = async call =>
        {
            if (call.SavedStatus != "executing" || isStopped)
                return;

            isStopped = true;
            var id = call.Path.Split('/')[^2];
            await Client.StopAsync(id, Token);
            await CreateAsync("new question", id: id);
        };
        var created = await CreateAsync("old question");

        var run = await runs.NextAsync();
        Assert.Equal("new question", run.Task.Text);
        run.Finish("new answer");

        Assert.Equal("new answer", Result(await Api.BecomesAsync(created.Id, "completed")));
        Assert.Equal(1, runs.Count(created.Id));
        Assert.Contains(worker.Network.Calls, static c => c is { SavedStatus: "executing", Status: 409 });
    }

    [Fact]
    public async Task A_turn_begun_while_the_stopped_run_still_works_waits_and_the_old_answer_is_kept_aside()
    {
        var runs = new Runs();
        await WorkerAsync(runs.HandleAsync);
        var first = await CreateAsync("first question");
        var old = await runs.NextAsync();
        await Client.StopAsync(first.Id, Token);

        var second = await CreateAsync("second question", id: first.Id);
        Assert.Equal("pending", second.Status);
        await Eventually.HoldsAsync(async () => await Api.WhyAsync(first.Id) == "previous_run_not_ended", "the turn waits for the old run");
        Assert.Equal(1, runs.Count(first.Id));

        old.Finish("answer to the first question");
        var next = await runs.NextAsync();
        Assert.Equal("second question", next.Task.Text);
        Assert.Null(Result(await Api.GetTaskAsync(first.Id)));

        next.Finish("answer to the second question");
        Assert.Equal("answer to the second question", Result(await Api.BecomesAsync(first.Id, "completed")));
        Assert.Contains("late_result", await LogTypesAsync(first.Id));
    }

    [Fact]
    public async Task A_stop_taken_back_runs_again()
    {
        var runs = new Runs();
        await WorkerAsync(runs.HandleAsync);
        var created = await CreateAsync("stop and go");
        var first = await runs.NextAsync();
        await Client.StopAsync(created.Id, Token);
        first.Finish("late");
        await Eventually.HoldsAsync(async () => (await Api.GetTaskAsync(created.Id))["stop"]?["ended_at"] is not null, "the run has ended");

        await Client.UpdateAsync(created.Id, new() { ["status"] = "pending" }, Token);
        (await runs.NextAsync()).Finish("at last");

        Assert.Equal("at last", Result(await Api.BecomesAsync(created.Id, "completed")));
    }

    [Fact]
    public async Task Stopping_a_parent_stops_its_children()
    {
        var parent = await CreateAsync("parent");
        var child = await CreateAsync("child", more: new() { ["parent_execution_id"] = parent.Id });
        var grandchild = await CreateAsync("grandchild", more: new() { ["parent_execution_id"] = child.Id });

        await Client.StopAsync(parent.Id, Token);

        foreach (var task in new[] { parent, child, grandchild })
            Assert.Equal("stopped", (await Client.GetAsync(task.Id, Token)).Status);
    }
}
