using System.Globalization;
using Tasklight.Sdk.Http;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class RetryTests(SdkMode mode)
{
    private readonly LeapingClock _clock = new();

    [Fact]
    public async Task A_pause_asked_for_in_seconds_is_kept()
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(
            _ => ++calls < 2 ? StubAnswer.Error(429, "slowly") with { RetryAfter = "7" } : StubAnswer.Ok(StubTask.Json()));

        await mode.GetAsync(TasksOf(server), "x");

        Assert.Equal([TimeSpan.FromSeconds(7)], _clock.Pauses);
    }

    [Fact]
    public async Task A_pause_asked_for_as_a_date_is_measured_on_the_servers_clock()
    {
        var (calls, servers) = (0, new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = await StubServer.StartAsync(
            _ => ++calls < 2 ? StubAnswer.Error(503, "starting") with { Date = Text(servers), RetryAfter = Text(servers.AddSeconds(45)) } : StubAnswer.Ok(StubTask.Json()));

        await mode.GetAsync(TasksOf(server), "x");

        Assert.Equal([TimeSpan.FromSeconds(45)], _clock.Pauses);
    }

    [Fact]
    public void A_date_without_the_servers_clock_is_measured_on_ours()
    {
        using var response = new HttpResponseMessage(System.Net.HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter = new(_clock.GetUtcNow().AddSeconds(30));

        Assert.Equal(TimeSpan.FromSeconds(30), Answer.Of(response, [], _clock).RetryAfter);
    }

    [Fact]
    public async Task A_pause_that_outlasts_the_time_allowed_ends_the_call()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(429, "slowly") with { RetryAfter = "100" });

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(TasksOf(server), "x"));

        Assert.Equal((429, 1), (exception.StatusCode, server.Rest().Count));
        Assert.Empty(_clock.Pauses);
    }

    [Fact]
    public async Task Pauses_double_from_the_first_to_the_longest()
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(_ => ++calls < 6 ? StubAnswer.Error(503, "starting") : StubAnswer.Ok(StubTask.Json()));

        await mode.GetAsync(TasksOf(server, set => (set.RetryFirstDelay, set.RetryLongestDelay) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5))), "x");

        double[] expected = [1, 2, 4, 5, 5];
        Assert.All(_clock.Pauses.Zip(expected), pair => Assert.InRange(pair.First.TotalSeconds, pair.Second * 0.75, pair.Second * 1.25));
        Assert.Equal(expected.Length, _clock.Pauses.Count);
    }

    [Fact]
    public async Task No_more_attempts_are_made_than_allowed()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(503, "starting"));

        await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(TasksOf(server, set => set.RetryAttempts = 3), "x"));

        Assert.Equal(3, server.Rest().Count);
    }

    [Fact]
    public async Task After_the_time_allowed_nothing_is_repeated()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(503, "starting"));

        await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(TasksOf(server, set => set.RetryFirstDelay = set.RetryLongestDelay = TimeSpan.FromSeconds(20)), "x"));

        Assert.InRange(_clock.Pauses.Sum(pause => pause.TotalSeconds), 60, 60 + 25);
        Assert.Equal(_clock.Pauses.Count + 1, server.Rest().Count);
    }

    [Fact]
    public async Task Settings_that_make_no_sense_are_told_before_anything_is_sent()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(TasksOf(server, set => (set.RetryAttempts, set.LargestFile) = (0, 0)), "x"));

        Assert.Equal("[400] RetryAttempts is 0: it must be 1 or more, or null for no limit. LargestFile is 0: it must be 1 byte or more.", exception.Message);
        Assert.Empty(server.Rest());
    }

    private static string Text(DateTimeOffset moment) => moment.ToString("R", CultureInfo.InvariantCulture);

    private Tasks TasksOf(StubServer server, Action<Configuration>? change = null)
    {
        var configuration = StubSdk.ConfigurationOf(server, TimeSpan.FromMinutes(1));
        change?.Invoke(configuration);
        return new Tasks(new Transport(configuration, null, _clock));
    }
}
