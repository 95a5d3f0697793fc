using Tasklight.Sdk;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

/// <summary>What ends a worker, and what does not.</summary>
public sealed class RefusedWorkerTests
{
    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_refused_worker_ends_with_the_reason(int status)
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = _ => StubAnswer.Error(status, "the reason");
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));

        var exception = await Assert.ThrowsAnyAsync<ModuleException>(() => worker.Ended);

        Assert.Equal(status, exception.StatusCode);
        Assert.Contains("the reason", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_in_the_servers_place_for_a_moment_ends_no_worker_that_was_connected()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));
        await platform.PostAsync("worker-heartbeat");

        var refusals = 0;
        platform.Override = call => call is { Method: "GET" } && refusals++ < 2 ? new StubAnswer(404, "<h1>404 Not Found</h1>", "text/html") : null;
        platform.Cut();
        platform.Dispatch("lease-1");

        await platform.PatchAsync("completed");
        Assert.Equal(3, refusals);
    }

    [Fact]
    public async Task An_address_where_no_server_is_ends_a_worker_at_its_start()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = _ => new StubAnswer(404, "<h1>404 Not Found</h1>", "text/html");
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));

        Assert.Equal(404, (await Assert.ThrowsAnyAsync<ModuleException>(() => worker.Ended)).StatusCode);
    }

    [Fact]
    public async Task An_environment_conflict_ends_the_worker_with_the_reason()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult("done")));

        platform.Send(StubTask.Frame("worker-environment-conflict", """{"id":"1","event":"worker-environment-conflict","data":null,"error":"another one"}"""));

        Assert.Contains("another one", (await Assert.ThrowsAsync<ModuleException>(() => worker.Ended)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ApiKey", "TASKLIGHT_API_KEY")]
    [InlineData("OrganizationId", "TASKLIGHT_ORGANIZATION_ID")]
    [InlineData("AgentId", "TASKLIGHT_AGENT_ID")]
    public async Task A_missing_setting_is_named_before_anything_starts(string setting, string variable)
    {
        await using var platform = await StubPlatform.StartAsync();
        var worker = platform.Worker(options => typeof(Configuration).GetProperty(setting)!.SetValue(options.Configuration, null)).OnTask((task, ct) => Task.FromResult(""));

        var exception = await Assert.ThrowsAsync<ModuleException>(() => worker.RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(400, exception.StatusCode);
        Assert.Contains(variable, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_make_no_sense_are_named_before_anything_starts()
    {
        await using var platform = await StubPlatform.StartAsync();
        var booted = false;
        var worker = platform.Worker(options => (options.Configuration.BaseUrl, options.Configuration.Timeout) = ("localhost:5000", TimeSpan.Zero))
            .OnBoot(() => booted = true)
            .OnTask((task, ct) => Task.FromResult(""));

        var exception = await Assert.ThrowsAsync<ModuleException>(() => worker.RunAsync(TestContext.Current.CancellationToken));

        Assert.Contains("'localhost:5000' is not an http or https address", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Timeout is 00:00:00", exception.Message, StringComparison.Ordinal);
        Assert.False(booted);
    }
}
