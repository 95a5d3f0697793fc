using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public sealed class DependencyInjectionTests
{
    [Fact]
    public async Task One_call_registers_every_client_with_the_settings_given()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var log = new LogLines();
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddTasklightClient(configuration => (configuration.BaseUrl, configuration.ApiKey) = (server.BaseUrl, "very-secret"));
        await using var provider = services.BuildServiceProvider();

        var task = await provider.GetRequiredService<Tasks>().GetAsync(StubTask.Id, TestContext.Current.CancellationToken);

        Assert.Equal(StubTask.Id, task.Id);
        Assert.Equal("very-secret", (await server.NextAsync()).Header("x-api-key"));
        Assert.NotNull(provider.GetRequiredService<Agents>());
        Assert.NotNull(provider.GetRequiredService<Backend>());
        Assert.NotNull(provider.GetRequiredService<Files>());
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains("very-secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Wrong_settings_are_told_all_at_once()
    {
        var services = new ServiceCollection();
        services.AddTasklightClient(configuration =>
        {
            (configuration.ApiKey, configuration.BaseUrl) = (null, "localhost");
            (configuration.Timeout, configuration.RetryFor) = (TimeSpan.Zero, TimeSpan.FromSeconds(-1));
            (configuration.RetryAttempts, configuration.RetryFirstDelay, configuration.RetryLongestDelay) = (0, TimeSpan.Zero, TimeSpan.FromSeconds(-2));
            configuration.LargestFile = 0;
        });
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<Tasks>());

        Assert.Equal(
            [
                "No ApiKey: set it, or the environment variable TASKLIGHT_API_KEY.",
                "BaseUrl 'localhost' is not an http or https address: set it, or the environment variable TASKLIGHT_BASE_URL.",
                "Timeout is 00:00:00: it must be more than zero.",
                "RetryFor is -00:00:01: it must not be less than zero.",
                "RetryAttempts is 0: it must be 1 or more, or null for no limit.",
                "RetryFirstDelay is 00:00:00: it must be more than zero.",
                "RetryLongestDelay is -00:00:02: it must not be less than RetryFirstDelay, which is 00:00:00.",
                "LargestFile is 0: it must be 1 byte or more.",
            ],
            exception.Failures);
    }

    [Fact]
    public void Times_that_no_timer_counts_and_hosts_that_are_none_are_told()
    {
        var services = new ServiceCollection();
        services.AddTasklightClient(configuration =>
        {
            (configuration.ApiKey, configuration.BaseUrl) = ("key", "http://somebody:very-secret@localhost");
            (configuration.Timeout, configuration.RetryLongestDelay) = (TimeSpan.FromDays(60), TimeSpan.FromDays(60));
            configuration.AllowedFileHosts = ["files.internal", "10.1.0.0/16", "", "10.0.0.0/99"];
        });
        using var provider = services.BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<Tasks>());

        Assert.Equal(
            [
                "BaseUrl holds a user name or password, which nobody would be sent: leave them out.",
                "Timeout is 60.00:00:00: it must be at most 24 days, or Timeout.InfiniteTimeSpan for no limit.",
                "RetryLongestDelay is 60.00:00:00: it must be at most 24 days.",
                "AllowedFileHosts has '', which is neither a host name, nor an address, nor a network such as 10.1.0.0/16.",
                "AllowedFileHosts has '10.0.0.0/99', which is neither a host name, nor an address, nor a network such as 10.1.0.0/16.",
            ],
            exception.Failures);
    }

    [Fact]
    public async Task A_call_is_one_activity_named_without_ids()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(404, "no such task", "not_found"));
        using var trace = new Traced();

        await Assert.ThrowsAsync<TaskNotFoundException>(() => StubSdk.TasksOf(server).GetAsync("x", TestContext.Current.CancellationToken));

        var call = Assert.Single(trace.Ended);
        Assert.Equal(("get task", ActivityStatusCode.Error), (call.DisplayName, call.Status));
        Assert.Equal((404, "not_found"), (call.GetTagItem("http.response.status_code"), call.GetTagItem("error.type")));
    }
}
