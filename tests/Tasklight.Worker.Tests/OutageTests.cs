using Microsoft.Extensions.Logging;
using Tasklight.Sdk.Http;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

public sealed class OutageTests
{
    // The least that an attempt of a write may take before it is made again.
    private static readonly TimeSpan AttemptTakes = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_run_that_breaks_off_for_whatever_reason_tells_its_end()
    {
        await using var platform = await StubPlatform.StartAsync();
        using var http = new HttpClient(new BreakingHandler(static request => request.Method == HttpMethod.Patch, new InvalidOperationException("unheard of")));
        await using var worker = new RunningWorker(platform.Worker(http: http).OnTask<string>((task, ct) => Task.FromResult("fine")));

        platform.Dispatch("lease-1", "broken");
        await platform.NextAsync(call => call.Value("event") == "run-ended");
        platform.Dispatch("lease-2", "good");

        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Contains(platform.Log.Lines, line => line.Text == "The run of task broken broke off; the server will give it out again");
    }

    [Fact]
    public async Task Events_that_cannot_be_sent_for_whatever_reason_hold_up_neither_the_end_nor_later_ones()
    {
        await using var platform = await StubPlatform.StartAsync();
        using var http = new HttpClient(new BreakingHandler(static request => request.RequestUri!.AbsolutePath.EndsWith("/events/push", StringComparison.Ordinal), new InvalidOperationException("unheard of")));
        await using var worker = new RunningWorker(platform.Worker(http: http).OnTask<string>(async context =>
        {
            await context.ChunkAsync("lost");
            context.Task.InternalStatus = "between";
            await context.Task.SaveAsync(ct: context.Cancelled);
            await context.ChunkAsync("told");
            return "fine";
        }));

        platform.Dispatch("lease-1", "good");

        Assert.Contains("told", (await platform.NextAsync(static call => call.Path.EndsWith("/events/push", StringComparison.Ordinal))).Body, StringComparison.Ordinal);
        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Contains(platform.Log.Lines, static line => line.Text == "1 events of task good could not be sent and are dropped: unheard of");
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("POST")]
    public async Task A_write_of_which_nothing_is_heard_is_made_again(string method)
    {
        await using var platform = await StubPlatform.StartAsync();
        var clock = new HeldClock(AttemptTakes);
        using var http = new HttpClient(new SilentHandler(
            request => request.Method.Method == method && request.RequestUri!.AbsolutePath.Contains("agent-execution", StringComparison.Ordinal),
            () => clock.End(AttemptTakes + TimeSpan.FromSeconds(1))));
        await using var worker = new RunningWorker(platform.Worker(options => options.Clock = clock, http).OnTask<string>(async context =>
        {
            await context.ChunkAsync("told");
            return "fine";
        }));

        platform.Dispatch("lease-1", "good");

        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
        Assert.DoesNotContain(platform.Log.Lines, static line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_stream_of_which_nothing_is_heard_is_opened_again()
    {
        await using var platform = await StubPlatform.StartAsync();
        var clock = new HeldClock(AttemptTakes);
        using var http = new HttpClient(new SilentHandler(
            static request => request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/events", StringComparison.Ordinal),
            () => clock.End(WatchedStream.LongestSilence)));
        await using var worker = new RunningWorker(platform.Worker(options => options.Clock = clock, http).OnTask<string>((task, ct) => Task.FromResult("fine")));

        platform.Dispatch("lease-1", "good");

        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task A_connection_whose_socket_is_gone_is_a_lost_one()
    {
        await using var platform = await StubPlatform.StartAsync();
        using var http = new HttpClient(new BreakingHandler(static request => request.Method == HttpMethod.Patch, new ObjectDisposedException("Socket")));
        await using var worker = new RunningWorker(platform.Worker(http: http).OnTask<string>((task, ct) => Task.FromResult("fine")));

        platform.Dispatch("lease-1", "good");

        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task A_worker_outlives_connections_that_are_not_made_in_time()
    {
        await using var platform = await StubPlatform.StartAsync();
        using var road = new BlockedRoad { Blocked = 2 };
        await using var worker = new RunningWorker(platform.Worker(http: road.Http).OnTask<string>((task, ct) => Task.FromResult("fine")));

        platform.Dispatch("lease-1", "good");

        Assert.Equal("fine", (await platform.PatchAsync("completed")).Value("result"));
        Assert.Contains(platform.Log.Lines, line => line.Text.Contains("within the configured ConnectTimeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_push_that_failed_is_repeated_under_the_same_key()
    {
        await using var platform = await StubPlatform.StartAsync();
        var failures = 2;
        platform.Override = call => call.Path.EndsWith("/push", StringComparison.Ordinal) && failures-- > 0 ? StubAnswer.Error(503, "starting") : null;
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            await context.ChunkAsync("once");
            return "done";
        }));
        platform.Dispatch("lease-1");

        var keys = new HashSet<string?>();
        for (var call = 0; call < 3; call++)
        {
            keys.Add((await platform.NextAsync(call => call.Path.EndsWith("/push", StringComparison.Ordinal))).Header("Idempotency-Key"));
        }

        Assert.Single(keys);
        await platform.PatchAsync("completed");
    }

    [Theory]
    [InlineData(401, """{"message":"Unauthorized"}""", "application/json")]
    [InlineData(408, """{"detail":"Reading the request body timed out due to data arriving too slowly.","code":"timed_out"}""", "application/json")]
    [InlineData(404, "<h1>404 Not Found</h1>", "text/html")]
    [InlineData(404, "default backend - 404", "text/plain")]
    [InlineData(500, "", "text/plain")]
    [InlineData(502, "<h1>Bad Gateway</h1>", "text/html")]
    [InlineData(200, "<h1>We will be back</h1>", "text/html")]
    [InlineData(302, "", "text/plain")]
    public async Task What_passes_costs_neither_events_nor_the_end(int status, string body, string contentType)
    {
        await using var platform = await StubPlatform.StartAsync();
        var (pushes, ends) = (0, 0);
        platform.Override = call => call switch
        {
            { Method: "POST" } when call.Path.EndsWith("/push", StringComparison.Ordinal) => pushes++ < 2 ? new StubAnswer(status, body, contentType) : null,
            { Method: "PATCH" } when call.Value("status") == "completed" => ends++ < 2 ? new StubAnswer(status, body, contentType) : null,
            _ => null,
        };
        await using var worker = new RunningWorker(platform.Worker(options => options.ShutdownGrace = TimeSpan.FromMinutes(1)).OnTask(async context =>
        {
            await context.ChunkAsync("kept");
            return "done";
        }));
        platform.Dispatch("lease-1");

        var told = new List<StubCall>();
        for (var call = 0; call < 3; call++)
        {
            told.Add(await platform.NextAsync(call => call.Path.EndsWith("/push", StringComparison.Ordinal)));
        }

        Assert.Single(told.Select(call => (call.Body, call.Header("Idempotency-Key"))).Distinct());
        for (var call = 0; call < 3; call++)
        {
            Assert.Equal("done", (await platform.PatchAsync("completed")).Value("result"));
        }

        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Log.Lines, line => line.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData(404, """{"detail":"no such task","code":"not_found"}""", "application/json", "no such task")]
    [InlineData(413, "<h1>Request Entity Too Large</h1>", "text/html", "Too Large")]
    public async Task Events_that_are_refused_for_good_are_told_in_the_log_with_the_reason(int status, string body, string contentType, string reason)
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Path.EndsWith("/push", StringComparison.Ordinal) ? new StubAnswer(status, body, contentType) : null;
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            await context.ChunkAsync("refused");
            return "done";
        }));
        platform.Dispatch("lease-1");

        await platform.PatchAsync("completed");

        var (level, text, _) = Assert.Single(platform.Log.Lines, line => line.Text.Contains("events of task", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"[{status}]", text, StringComparison.Ordinal);
        Assert.Contains(reason, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_final_save_is_repeated_until_the_server_takes_it()
    {
        await using var platform = await StubPlatform.StartAsync();
        var refusals = 3;
        platform.Override = call => call.Value("status") == "completed" && refusals-- > 0 ? StubAnswer.Error(503, "starting") : null;
        await using var worker = new RunningWorker(platform.Worker(options => options.ShutdownGrace = TimeSpan.FromMinutes(1)).OnTask((task, ct) => Task.FromResult("done")));
        platform.Dispatch("lease-1");

        for (var save = 0; save < 4; save++)
        {
            Assert.Equal("done", (await platform.PatchAsync("completed")).Value("result"));
        }

        await worker.LeaveAsync();
        Assert.DoesNotContain(platform.Rest(), call => call.Value("event") == "run-ended");
    }
}
