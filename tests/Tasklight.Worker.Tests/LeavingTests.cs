using Microsoft.Extensions.Logging;

namespace Tasklight.Worker.Tests;

/// <summary>A worker that leaves, and what becomes of its tasks.</summary>
public sealed class LeavingTests
{
    [Fact]
    public async Task A_leaving_worker_takes_nothing_more_and_hands_back_what_does_not_end()
    {
        await using var platform = await StubPlatform.StartAsync();
        var handler = new EndlessHandler();
        await using var worker = new RunningWorker(platform.Worker().OnTask(handler.RunAsync));
        platform.Dispatch("lease-1", "one");
        platform.Dispatch("lease-2", "two");
        await handler.BegunAsync();
        await handler.BegunAsync();
        await platform.PatchAsync("executing");
        await platform.PatchAsync("executing");

        await worker.LeaveAsync();

        Assert.True((await platform.PostAsync("worker-capacity-update")).Json.GetProperty("data").GetProperty("is_busy").GetBoolean());
        var goodbye = await platform.PostAsync("worker-finished");
        Assert.Equal(
            ["lease-1", "lease-2"],
            goodbye.Json.GetProperty("data").GetProperty("lease_ids").EnumerateArray().Select(id => id.GetString()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(platform.Rest(), call => call.Method == "PATCH" || call.Value("event") == "run-ended");
    }

    [Fact]
    public async Task A_leaving_worker_lets_running_tasks_end_within_the_grace()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker(options => options.ShutdownGrace = TimeSpan.FromMinutes(1)).OnTask(async context =>
        {
            var leaving = new TaskCompletionSource();
            await using var told = context.Leaving.Register(leaving.SetResult);
            await leaving.Task;
            return context.Cancelled.IsCancellationRequested ? "cancelled" : "in time";
        }));
        platform.Dispatch("lease-1");
        await platform.PatchAsync("executing");

        await worker.LeaveAsync();

        Assert.Equal("in time", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Empty((await platform.PostAsync("worker-finished")).Json.GetProperty("data").GetProperty("lease_ids").EnumerateArray());
    }

    [Fact]
    public async Task What_a_cancelled_handler_of_a_leaving_worker_still_returns_is_saved()
    {
        await using var platform = await StubPlatform.StartAsync();
        var begun = Until.Signal();
        await using var worker = new RunningWorker(platform.Worker(options => options.Clock = new HeldClock(TimeSpan.FromSeconds(2))).OnTask(async (task, ct) =>
        {
            var cancelled = new TaskCompletionSource();
            await using var told = ct.Register(cancelled.SetResult);
            begun.SetResult();
            await cancelled.Task;
            return "half of it";
        }));
        platform.Dispatch("lease-1");
        await begun.Task.InTime();

        await worker.LeaveAsync();

        Assert.Equal("half of it", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Empty((await platform.PostAsync("worker-finished")).Json.GetProperty("data").GetProperty("lease_ids").EnumerateArray());
    }

    [Fact]
    public async Task A_handler_that_ends_when_its_worker_has_left_is_nobodys_trouble()
    {
        await using var platform = await StubPlatform.StartAsync();
        var (begun, go) = (Until.Signal(), new TaskCompletionSource());
        await using var worker = new RunningWorker(platform.Worker().OnTask(async (task, ct) =>
        {
            begun.SetResult();
            await go.Task;
            return "too late";
        }));
        platform.Dispatch("lease-1");
        await begun.Task.InTime();
        await worker.LeaveAsync();
        Assert.Equal("lease-1", (await platform.PostAsync("worker-finished")).Json.GetProperty("data").GetProperty("lease_ids")[0].GetString());

        // The handler goes on within this call, and the run comes to its end.
        await Task.Run(go.SetResult, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(platform.Log.Lines, line => line.Level >= LogLevel.Warning);
        Assert.DoesNotContain(platform.Rest(), call => call.Method == "PATCH" || call.Value("event") == "run-ended");
    }

    [Fact]
    public async Task Who_is_told_to_leave_after_it_has_left_is_nobodys_trouble()
    {
        var signals = new LeaveSignals(CancellationToken.None);
        signals.Dispose();

        await signals.LeaveAsync();

        Assert.True(signals.Token.IsCancellationRequested);
    }
}
