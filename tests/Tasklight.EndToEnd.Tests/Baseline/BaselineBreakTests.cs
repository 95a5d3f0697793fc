using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>Workers whose streams break and whose requests are lost. Their sessions outlast it, however slow the machine is.</summary>
public sealed class BaselineBreakTests(PatientServer server) : BaselineScenario(server), IClassFixture<PatientServer>
{
    [Fact]
    public async Task A_worker_cut_off_and_back_within_its_session_keeps_its_run()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var created = await CreateAsync("keep me");
        var run = await runs.NextAsync();

        worker.Network.Cut();
        worker.Network.Mend();
        await worker.RegisteredAsync(2).InTime();
        Assert.Equal(worker.Ids[0], worker.Ids[1]);

        // A task made now comes down the new stream; the one that runs came first and must not come again.
        var next = await CreateAsync("after the cut");
        var second = await runs.NextAsync();
        Assert.Equal(next.Id, second.Task.Id);
        run.Finish("kept");
        second.Finish("new");

        Assert.Equal("kept", Result(await Api.BecomesAsync(created.Id, "completed")));
        Assert.Equal(1, (await Api.GetTaskAsync(created.Id))["attempt"]!.GetValue<int>());
        Assert.Equal(1, runs.Count(created.Id));
    }

    [Fact]
    public async Task A_run_that_lost_its_task_saves_on_the_way_and_its_end_counts_while_nobody_else_has_it()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var created = await CreateAsync("given back");
        var run = await runs.NextAsync();

        // It stays away from its stream, and does not die of it.
        worker.Network.Meanwhile = static call => call is { Method: "GET", Name: not "GET status" } ? Until.CancelledAsync(Token) : Task.CompletedTask;
        await Api.SendAsync(
            HttpMethod.Post,
            $"/{Options.OrganizationId}/events/{worker.Ids[0]}?type=worker&agent_id={Options.AgentId}",
            new JsonObject { ["id"] = "1", ["event"] = "worker-finished", ["data"] = new JsonObject() });
        Assert.Equal("pending", Status(await Api.GetTaskAsync(created.Id)));

        // The client takes over whatever status the answer shows, and would save it as its end.
        await run.Task.SaveAsync(Token);
        Assert.Equal("executing", run.Task.Status);
        Assert.Equal("pending", Status(await Api.GetTaskAsync(created.Id)));
        run.Finish("finished all the same");

        Assert.Equal("finished all the same", Result(await Api.BecomesAsync(created.Id, "completed")));
    }

    [Theory]
    [InlineData("unavailable")]
    [InlineData("refused")]
    public async Task A_lost_final_save_does_not_leave_the_task_executing(string how)
    {
        var fault = how == "refused" ? NetworkFault.Refused : NetworkFault.Unavailable;
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var isLost = false;
        worker.Network.Interfere = call =>
        {
            if (isLost || call.SavedStatus != "completed")
                return NetworkFault.None;

            isLost = true;
            return fault;
        };
        var created = await CreateAsync("lose me");
        (await runs.NextAsync()).Finish("lost");

        // The slot came back without a save: the task is offered again, and this time the save arrives.
        (await runs.NextAsync()).Finish("saved");
        var done = await Api.BecomesAsync(created.Id, "completed");

        Assert.True(isLost);
        Assert.Equal("saved", Result(done));
        Assert.Equal(2, done["attempt"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_final_save_whose_answer_is_lost_counts()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        worker.Network.Interfere = static call => call.SavedStatus == "completed" ? NetworkFault.AnswerLost : NetworkFault.None;
        var created = await CreateAsync("once");
        (await runs.NextAsync()).Finish("saved");

        Assert.Equal("saved", Result(await Api.BecomesAsync(created.Id, "completed")));
        var next = await CreateAsync("next");
        Assert.Equal(next.Id, (await runs.NextAsync()).Task.Id);
        Assert.Equal(1, runs.Count(created.Id));
    }

    [Fact]
    public async Task A_worker_outlives_any_number_of_broken_streams()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var created = await CreateAsync("six cuts");
        var run = await runs.NextAsync();

        // The client ends itself at the fifth break since the last orderly end of a stream; the server gives it one after each.
        for (var cut = 1; cut <= 6; cut++)
        {
            worker.Network.Cut();
            worker.Network.Mend();
            await worker.RegisteredAsync(cut + 1).InTime();
        }

        Assert.Single(worker.Ids.Distinct(StringComparer.Ordinal));
        run.Finish("all the same");
        Assert.Equal("all the same", Result(await Api.BecomesAsync(created.Id, "completed")));
        Assert.Equal(1, runs.Count(created.Id));
        Assert.False(worker.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_worker_outlives_a_cut_at_the_moment_its_heartbeat_connects()
    {
        var worker = await WorkerAsync(new Runs().HandleAsync);

        worker.Network.Connected = () =>
        {
            worker.Network.Connected = static () => { };
            worker.Network.Cut();
            worker.Network.Mend();
        };
        await worker.RegisteredAsync(2).InTime();

        Assert.Single(worker.Ids.Distinct(StringComparer.Ordinal));
        Assert.False(worker.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_lost_final_save_beside_other_runs_is_noticed_when_they_have_ended()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var lost = await CreateAsync("lose me");
        var first = await runs.NextAsync();
        var beside = await CreateAsync("beside");
        var second = await runs.NextAsync();
        worker.Network.Interfere = call => call.SavedStatus == "completed" && call.Path.Contains(lost.Id, StringComparison.Ordinal)
            ? NetworkFault.Unavailable
            : NetworkFault.None;

        first.Finish("lost");
        await Eventually.HoldsAsync(() => worker.Network.Calls.Any(static c => c.Status == 503), "the save is lost");
        worker.Network.Interfere = static _ => NetworkFault.None;
        second.Finish("kept");
        Assert.Equal("kept", Result(await Api.BecomesAsync(beside.Id, "completed")));

        var again = await runs.NextAsync();
        Assert.Equal(lost.Id, again.Task.Id);
        again.Finish("saved");
        Assert.Equal("saved", Result(await Api.BecomesAsync(lost.Id, "completed")));
        Assert.Equal(1, runs.Count(beside.Id));
    }

    [Fact]
    public async Task A_first_save_that_is_lost_runs_no_handler_and_ends_the_task_in_error()
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        worker.Network.Interfere = static call => call.SavedStatus == "executing" ? NetworkFault.Unavailable : NetworkFault.None;
        var created = await CreateAsync("never begun");

        Assert.Contains("503", Result(await Api.BecomesAsync(created.Id, "error")), StringComparison.Ordinal);
        Assert.Equal(0, runs.Count(created.Id));
        Assert.False(worker.Exited.IsCompleted);
    }
}
