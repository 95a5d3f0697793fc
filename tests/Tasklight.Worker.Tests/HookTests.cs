using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tasklight.Protocol;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

public sealed class HookTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Boot_handlers_run_in_order_before_the_worker_connects_and_shutdown_handlers_after_it_left()
    {
        await using var platform = await StubPlatform.StartAsync();
        var steps = new List<string>();
        await using var worker = new RunningWorker(platform.Worker()
            .OnBoot(async ct =>
            {
                await Task.Yield();
                steps.Add($"one, {platform.Rest().Count} calls");
            })
            .OnBoot(() => steps.Add($"two, {platform.Rest().Count} calls"))
            .OnShutdown(() => throw new InvalidOperationException("passed over"))
            .OnShutdown(async () =>
            {
                await platform.PostAsync("worker-finished");
                steps.Add("three");
            })
            .OnShutdown(() => steps.Add("four"))
            .OnTask((task, ct) => Task.FromResult("done")));
        await platform.PostAsync("worker-heartbeat");

        await worker.LeaveAsync();

        Assert.Equal(["one, 0 calls", "two, 0 calls", "three", "four"], steps);
    }

    [Fact]
    public async Task The_first_boot_failure_is_raised_and_nothing_starts()
    {
        await using var platform = await StubPlatform.StartAsync();
        var more = false;
        var worker = platform.Worker()
            .OnBoot(() => throw new InvalidOperationException("no database"))
            .OnBoot(() => more = true)
            .OnShutdown(() => more = true)
            .OnTask((task, ct) => Task.FromResult("done"));

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => worker.RunAsync(Ct));

        Assert.Equal("no database", exception.Message);
        Assert.False(more);
        Assert.Empty(platform.Rest());
    }

    [Fact]
    public async Task One_boot_failure_lets_no_worker_of_the_process_start()
    {
        await using var platform = await StubPlatform.StartAsync();
        var fine = platform.Worker().OnTask((task, ct) => Task.FromResult("done"));
        var broken = platform.Worker().OnTask((task, ct) => Task.FromResult("done")).OnBoot(() => throw new InvalidOperationException("no database"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => AgentWorker.RunAllAsync([fine, broken], Ct));

        Assert.Empty(platform.Rest());
    }

    [Fact]
    public async Task A_boot_failure_in_a_host_fails_its_start()
    {
        await using var platform = await StubPlatform.StartAsync();
        var host = Host.CreateEmptyApplicationBuilder(settings: null);
        Add("fine");
        Add("broken").Configure(worker => worker.OnBoot(() => throw new InvalidOperationException("no database")));
        using var running = host.Build();

        await Assert.ThrowsAsync<InvalidOperationException>(() => running.StartAsync(Ct));

        Assert.Empty(platform.Rest());
        WorkerBuilder Add(string instance) => host.Services
            .AddTasklightWorker(options => (options.Configuration, options.InstanceId) = (platform.Worker().Options.Configuration, instance))
            .OnTask((task, ct) => Task.FromResult("done"));
    }

    [Fact]
    public async Task Tool_hooks_see_each_call_and_stop_none()
    {
        await using var platform = await StubPlatform.StartAsync();
        var seen = new List<string>();
        await using var worker = new RunningWorker(platform.Worker()
            .OnToolBefore(call => throw new InvalidOperationException("passed over"))
            .OnToolBefore(call => seen.Add($"before {call.Tool} {call.Payload} {call.PayloadExtension} {call.AgentVersion}"))
            .OnToolAfter(async call =>
            {
                await Task.Yield();
                seen.Add($"after {call.Tool} {call.Result}");
            })
            .OnToolError(call => seen.Add($"error {call.Tool} {call.Error!.Message}"))
            .OnTask(async context =>
            {
                await context.ToolCallAsync("add", new { Left = 1 }, () => Task.FromResult(3));
                await Assert.ThrowsAsync<TimeoutException>(() => context.ToolCallAsync<int>("divide", null, () => throw new TimeoutException("too slow")));
                return "done";
            }));
        platform.Dispatch("lease-1", change: task => (task.PayloadExtension, task.AgentVersion) = (System.Text.Json.JsonElement.Parse("""{"tenant":7}"""), "2"));

        Assert.Equal("done", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Equal(
            ["""before add {"left":1} {"tenant":7} 2""", "after add 3", """before divide  {"tenant":7} 2""", "error divide too slow"],
            seen);
    }

    [Fact]
    public async Task Auth_event_hooks_get_agent_task_and_event_after_it_was_sent()
    {
        await using var platform = await StubPlatform.StartAsync();
        var sent = false;
        platform.Override = call =>
        {
            sent |= call.Body.Contains("auth_event", StringComparison.Ordinal);
            return call is { Method: "GET", Path: "/agents/agent-1" } ? StubAnswer.Ok("""{"id":"agent-1","name":"Ann"}""") : null;
        };
        var seen = new List<string>();
        await using var worker = new RunningWorker(platform.Worker()
            .OnAuthEvent((agent, task, update) => throw new InvalidOperationException("passed over"))
            .OnAuthEvent((agent, task, update) =>
            {
                seen.Add($"{agent.Name} {task.Id} {update.Type} {update.Data.GetProperty("type")} {sent}");
                return Task.CompletedTask;
            })
            .OnTask(async context =>
            {
                await context.AuthEventAsync(new MCPOAuthGetTokenResponse { Type = MCPOAuthResponseType.LoginRequired });
                return "done";
            }));
        platform.Dispatch("lease-1");

        await platform.PatchAsync("completed");

        Assert.Equal(["Ann task-1 auth_event login_required True"], seen);
    }
}
