using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tasklight.Sdk;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

/// <summary>A worker owns nothing but leases: kept, lost, stopped, given back.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task A_stop_cancels_the_handler_and_is_confirmed_before_the_run_ends()
    {
        await using var platform = await StubPlatform.StartAsync();
        var handler = new EndlessHandler();
        await using var worker = new RunningWorker(platform.Worker().OnTask(handler.RunAsync));
        platform.Dispatch("lease-1");
        await handler.BegunAsync();
        await platform.PatchAsync("executing");

        platform.StopTask("lease-1");

        var stopped = await platform.PostAsync("task-stopped");
        var ended = await platform.PostAsync("run-ended");
        Assert.Equal("""{"task_id":"task-1","lease_id":"lease-1"}""", stopped.Json.GetProperty("data").GetRawText());
        Assert.Equal(stopped.Json.GetProperty("data").GetRawText(), ended.Json.GetProperty("data").GetRawText());
        Assert.Equal(("/organization-1/events/worker-1", "?type=worker&agent_id=agent-1"), (ended.Path, ended.Query));
        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Rest(), call => call.Method == "PATCH");
    }

    [Fact]
    public async Task A_stop_of_a_run_that_is_not_here_is_answered_too()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(new EndlessHandler().RunAsync));

        platform.StopTask("lease-9");

        await platform.PostAsync("run-ended");
    }

    [Fact]
    public async Task A_task_stopped_before_it_begins_is_not_run()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Value("status") == "executing" ? StubAnswer.Error(409, "the task was stopped") : null;
        var runs = 0;
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult($"{++runs}")));
        platform.Dispatch("lease-1");

        await platform.PostAsync("run-ended");

        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task A_lost_lease_cancels_the_handler_and_ends_the_run()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Value("internal_status") == "half" ? StubAnswer.Error(409, "lost", "lease_lost") : null;
        var seen = new TaskCompletionSource<bool>();
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            context.Task.InternalStatus = "half";
            try
            {
                await context.Task.SaveAsync();
            }
            catch (LeaseLostException)
            {
                seen.SetResult(context.Cancelled.IsCancellationRequested);
            }

            return "too late";
        }));
        platform.Dispatch("lease-1");

        Assert.True(await seen.Task.InTime());
        await platform.PostAsync("run-ended");
        Assert.DoesNotContain(platform.Rest(), call => call.Value("status") == "completed");
    }

    [Fact]
    public async Task A_worker_whose_session_has_ended_cancels_its_handlers_and_has_their_slots()
    {
        await using var platform = await StubPlatform.StartAsync();
        var (begun, cancelled, never) = (Until.Signal(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var worker = new RunningWorker(platform.Worker(options => options.MaxConcurrency = 1).OnTask(async (task, ct) =>
        {
            if (task.Id == "one")
            {
                // It hears of it and does not listen.
                await using var told = ct.Register(cancelled.SetResult);
                begun.SetResult();
                await never.Task;
            }

            return "done";
        }));
        platform.Dispatch("lease-1", "one");
        await begun.Task.InTime();

        platform.WorkerId = "worker-2";
        platform.Cut();
        await cancelled.Task.InTime();
        platform.Dispatch("lease-2", "two");

        Assert.Equal("lease-2", (await platform.PatchAsync("completed")).Header("Tasklight-Lease"));
        never.SetResult();
        Assert.Equal("lease-1", (await platform.PostAsync("run-ended")).Json.GetProperty("data").GetProperty("lease_id").GetString());
        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Rest(), call => call.Method == "PATCH");
    }

    [Fact]
    public async Task A_run_without_a_lease_outlives_its_session()
    {
        await using var platform = await StubPlatform.StartAsync();
        var go = new TaskCompletionSource();
        await using var worker = new RunningWorker(platform.Worker().OnTask(async (task, ct) =>
        {
            await go.Task.WaitAsync(ct);
            return "done";
        }));
        platform.Dispatch(lease: null);
        await platform.PatchAsync("executing");

        platform.WorkerId = "worker-2";
        platform.Cut();
        await platform.NextAsync(call => call.Path == "/organization-1/events/worker-2");
        go.SetResult();

        await platform.PatchAsync("completed");
    }

    [Fact]
    public async Task A_dispatch_sent_again_is_run_once_and_its_end_told_again()
    {
        await using var platform = await StubPlatform.StartAsync();
        var handler = new EndlessHandler();
        await using var worker = new RunningWorker(platform.Worker().OnTask(handler.RunAsync));
        platform.Dispatch("lease-1");
        platform.Dispatch("lease-1");
        await handler.BegunAsync();
        platform.StopTask("lease-1");
        await platform.PostAsync("run-ended");

        platform.Dispatch("lease-1");

        Assert.Equal("lease-1", (await platform.PostAsync("run-ended")).Json.GetProperty("data").GetProperty("lease_id").GetString());
        Assert.Equal(1, handler.Calls);
    }

    [Fact]
    public async Task A_cut_connection_is_taken_up_again_while_the_handler_goes_on()
    {
        await using var platform = await StubPlatform.StartAsync();
        var go = new TaskCompletionSource();
        await using var worker = new RunningWorker(platform.Worker().OnTask(async (task, ct) =>
        {
            await go.Task.WaitAsync(ct);
            return "done";
        }));
        platform.Dispatch("lease-1");
        await platform.PatchAsync("executing");

        platform.Cut();

        Assert.Equal("instance-1", (await platform.NextAsync(call => call.Method == "GET")).Header("Tasklight-Instance"));
        go.SetResult();
        Assert.Equal("lease-1", (await platform.PatchAsync("completed")).Header("Tasklight-Lease"));
    }

    [Fact]
    public async Task Never_more_tasks_run_at_once_than_there_are_slots()
    {
        await using var platform = await StubPlatform.StartAsync();
        var (running, most) = (0, 0);
        await using var worker = new RunningWorker(platform.Worker(options => options.MaxConcurrency = 2).OnTask(async (task, ct) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return "done";
        }));
        for (var task = 0; task < 20; task++)
        {
            platform.Dispatch($"lease-{task}", $"task-{task}");
        }

        for (var task = 0; task < 20; task++)
        {
            await platform.PatchAsync("completed");
        }

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_server_without_leases_is_told_each_end_by_a_capacity_update()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));
        platform.Dispatch(lease: null);

        Assert.Null((await platform.PatchAsync("completed")).Header("Tasklight-Lease"));
        Assert.False((await platform.PostAsync("worker-capacity-update")).Json.GetProperty("data").GetProperty("is_busy").GetBoolean());
    }

    [Fact]
    public async Task A_server_without_leases_is_told_when_the_last_slot_is_taken()
    {
        await using var platform = await StubPlatform.StartAsync();
        var go = new TaskCompletionSource();
        await using var worker = new RunningWorker(platform.Worker(options => options.MaxConcurrency = 2).OnTask(async (task, ct) =>
        {
            await go.Task.WaitAsync(ct);
            return "done";
        }));
        platform.Dispatch(lease: null, "one");
        platform.Dispatch(lease: null, "two");

        var full = await platform.PostAsync("worker-capacity-update");
        go.SetResult();
        StubCall[] free = [await platform.PostAsync("worker-capacity-update"), await platform.PostAsync("worker-capacity-update")];

        Assert.True(IsBusy(full));
        Assert.All(free, call => Assert.False(IsBusy(call)));
    }

    [Fact]
    public async Task Redirects_of_the_stream_and_of_posts_are_followed()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call switch
        {
            { Path: "/organization-1/events/agent-1", Query: "?environment=local" } => new(307, "") { Location = "/organization-1/events/agent-1?moved" },
            { Method: "POST" } when call.Value("event") is not null && call.Query != "?moved" => new(308, "") { Location = call.Path + "?moved" },
            _ => null,
        };
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));
        platform.Dispatch("lease-1");

        await platform.PatchAsync("completed");
        Assert.Equal("secret", (await platform.NextAsync(call => call.Value("event") == "worker-heartbeat" && call.Query == "?moved")).Header("x-api-key"));
    }

    [Fact]
    public async Task A_worker_beats_at_once_and_every_two_seconds()
    {
        await using var platform = await StubPlatform.StartAsync();
        var beats = new ConcurrentQueue<long>();
        platform.Override = call =>
        {
            if (call.Value("event") == "worker-heartbeat")
            {
                beats.Enqueue(TimeProvider.System.GetTimestamp());
            }

            return null;
        };
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));

        var first = await platform.PostAsync("worker-heartbeat");
        await platform.PostAsync("worker-heartbeat");

        Assert.Equal("/organization-1/events/worker-1", first.Path);
        Assert.InRange(TimeProvider.System.GetElapsedTime(beats.First(), beats.ElementAt(1)).TotalSeconds, 1.5, 30);
    }

    [Fact]
    public async Task A_beat_without_an_answer_keeps_none_back()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Value("event") == "worker-heartbeat" ? StubAnswer.Stream(NeverAsync()) : null;
        await using var worker = new RunningWorker(platform
            .Worker(options => (options.HeartbeatInterval, options.Clock) = (TimeSpan.FromMilliseconds(100), new HeldClock(TimeSpan.FromSeconds(5))))
            .OnTask((task, ct) => Task.FromResult("done")));

        await platform.PostAsync("worker-heartbeat");
        await platform.PostAsync("worker-heartbeat");
        await platform.PostAsync("worker-heartbeat");
    }

    private static async IAsyncEnumerable<string> NeverAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        await Until.CancelledAsync(ct);
        yield break;
    }

    private static bool IsBusy(StubCall call) => call.Json.GetProperty("data").GetProperty("is_busy").GetBoolean();
}
