namespace Tasklight.Worker.Tests;

/// <summary>A worker that leaves, and what becomes of its tasks.</summary>
public sealed class LeavingTests
{
    [Fact]
    public async Task A_leaving_worker_takes_nothing_more_and_hands_back_what_does_not_end()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(RunningWorker.UntilCancelledAsync));
        platform.Dispatch("lease-1", "one");
        platform.Dispatch("lease-2", "two");
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
        await using var worker = new RunningWorker(platform.Worker().OnTask(async (task, ct) =>
        {
            var cancelled = new TaskCompletionSource();
            await using var told = ct.Register(cancelled.SetResult);
            await cancelled.Task;
            return "half of it";
        }));
        platform.Dispatch("lease-1");
        await platform.PatchAsync("executing");

        await worker.LeaveAsync();

        Assert.Equal("half of it", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Empty((await platform.PostAsync("worker-finished")).Json.GetProperty("data").GetProperty("lease_ids").EnumerateArray());
    }
}
