using System.Collections.Concurrent;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;
using static Tasklight.Stub.StubTask;

namespace Tasklight.Sdk.Tests;

public abstract class EventStreamTests(SdkMode mode)
{
    [Fact]
    public async Task Events_come_in_order_and_end_with_the_task()
    {
        await using var server = await ServeAsync([Event(1, "task_created", Json()) + ": keep-alive\n" + Event(2, "chunk", "\"Hel\""), Event(3, "task_finished", Json()), Event(4, "chunk")]);

        var events = await ReadAsync(server);

        Assert.Equal(["task_created", "chunk", "task_finished"], events.Select(update => update.Type));
        Assert.Equal(("Hel", Id), (events[1].AsChunk(), events[2].AsTask()?.Id));
        Assert.Equal("/organization-1/agent-execution/task-1/events", (await server.NextAsync(call => call.Path.EndsWith("/events", StringComparison.Ordinal))).Path);
    }

    [Fact]
    public async Task A_broken_stream_is_taken_up_behind_the_last_event()
    {
        string[] log = [Event(1, "task_created"), Event(2, "chunk", "\"a\""), Event(3, "chunk", "\"b\""), Event(4, "task_finished")];
        var connections = 0;
        await using var server = await StubServer.StartAsync(call =>
        {
            if (call.Path.EndsWith("/status", StringComparison.Ordinal))
            {
                return StubAnswer.Ok(Json());
            }

            // A cut may swallow what was sent just before it: the header says what arrived.
            var rest = log[int.Parse(call.Header("Last-Event-ID") ?? "0")..];
            return StubAnswer.Stream(FramesAsync(connections++ switch
            {
                0 => [.. rest.Take(2), "cut"],
                1 => [.. rest.Take(1)],
                _ => rest,
            }));
        });

        var events = await ReadAsync(server);

        Assert.Equal(["task_created", "chunk", "chunk", "task_finished"], events.Select(update => update.Type));
        Assert.Equal(["a", "b"], events.Select(update => update.AsChunk()).OfType<string>());
        Assert.Equal(3, connections);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Wherever_a_stream_breaks_off_each_event_is_told_once(bool isNumbered, bool isCut)
    {
        string[] log =
        [
            Event(isNumbered ? 1 : null, "task_created"), ": keep-alive\n", Event(isNumbered ? 2 : null, "chunk", "\"a\"", second: 1), Event(isNumbered ? 3 : null, "chunk", "\"b\"", second: 1),
            Event(isNumbered ? 4 : null, "task_finished", second: 2),
        ];
        var whole = string.Concat(log);
        var opened = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await using var server = await StubServer.StartAsync(call =>
        {
            var id = call.Path.Split('/')[^2];
            if (call.Path.EndsWith("/status", StringComparison.Ordinal))
            {
                return StubAnswer.Ok(Json(task => task.Id = id));
            }

            var after = int.Parse(call.Header("Last-Event-ID") ?? "0");
            var rest = after == 0 ? whole : whole[whole.IndexOf($"id: {after + 1}\n", StringComparison.Ordinal)..];
            return opened.TryAdd(id, true)
                ? StubAnswer.Stream(FramesAsync(isCut ? [whole[..int.Parse(id)], "cut"] : [whole[..int.Parse(id)]]))
                : StubAnswer.Stream(rest);
        });
        var tasks = StubSdk.TasksOf(server);
        var places = Enumerable.Range(0, whole.Length).Where(place => place % 3 == 0 || whole[place - 1] == '\n' || whole[place] == '\n');

        await Parallel.ForEachAsync(places, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken }, async (place, _) =>
        {
            var events = await mode.EventsAsync(await mode.GetAsync(tasks, $"{place}"));

            Assert.True(
                events.Select(update => update.AsChunk() ?? update.Type).SequenceEqual(["task_created", "a", "b", "task_finished"]),
                $"Broken off after {place} characters: {string.Join(", ", events.Select(update => update.AsChunk() ?? update.Type))}");
        });
    }

    [Fact]
    public async Task A_server_that_numbers_nothing_and_tells_everything_again_yields_no_duplicates()
    {
        await using var server = await ServeAsync(
            [Event(null, "task_created"), Event(null, "chunk", "\"a\"", second: 1), Event(null, "chunk", "\"b\"", second: 1), "cut"],
            [
                Event(null, "task_created"), Event(null, "chunk", "\"a\"", second: 1), Event(null, "chunk", "\"b\"", second: 1),
                Event(null, "chunk", "\"c\"", second: 1), Event(null, "task_finished", second: 2),
            ]);

        var events = await ReadAsync(server);

        Assert.Equal(["a", "b", "c"], events.Select(update => update.AsChunk()).OfType<string>());
        Assert.Equal(5, events.Count);
    }

    [Fact]
    public async Task Events_of_the_same_time_are_all_told()
    {
        await using var server = await ServeAsync([Event(null, "chunk", "\"a\""), Event(null, "chunk", "\"a\""), Event(null, "chunk", "\"b\""), Event(null, "task_finished")]);

        Assert.Equal(["a", "a", "b"], (await ReadAsync(server)).Select(update => update.AsChunk()).OfType<string>());
        Assert.Single(server.Rest(), call => call.Path.EndsWith("/events", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unknown_types_and_odd_data_end_nothing()
    {
        await using var server = await ServeAsync([Event(1, "inline_card", "{\"x\":1}"), Event(2, "plan_updated", "\"odd\""), Event(3, "task_finished")]);

        var events = await ReadAsync(server);

        Assert.Equal(["inline_card", "plan_updated", "task_finished"], events.Select(update => update.Type));
        Assert.Null(events[1].AsPlan());
    }

    [Fact]
    public async Task A_server_in_restart_is_waited_for()
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(call => call switch
        {
            { Method: "GET", Path: var path } when path.EndsWith("/status", StringComparison.Ordinal) => StubAnswer.Ok(Json()),
            _ when ++calls < 3 => StubAnswer.Error(503, "starting"),
            _ => StubAnswer.Stream(Event(1, "task_finished")),
        });

        Assert.Single(await ReadAsync(server));
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_is_made_again()
    {
        await using var server = await ServeAsync([Event(1, "task_created"), Event(2, "task_finished")]);
        using var road = new BlockedRoad();
        var task = await mode.GetAsync(new Tasks(new Transport(StubSdk.ConfigurationOf(server, TimeSpan.FromSeconds(30)), road.Http)), Id);

        road.Blocked = 2;

        Assert.Equal(2, (await mode.EventsAsync(task)).Count);
        Assert.Equal(0, road.Blocked);
    }

    [Fact]
    public async Task A_long_quiet_before_a_break_is_no_outage()
    {
        var (connections, clock) = (0, new AdvancedClock());
        await using var server = await StubServer.StartAsync(call => call switch
        {
            { Path: var path } when path.EndsWith("/status", StringComparison.Ordinal) => StubAnswer.Ok(Json()),
            _ => ++connections switch
            {
                1 => StubAnswer.Stream(Event(1, "task_created")),
                2 => StubAnswer.Stream(QuietAsync(clock)),
                3 or 4 => StubAnswer.Error(503, "starting"),
                _ => StubAnswer.Stream(Event(2, "task_finished")),
            },
        });
        var task = await mode.GetAsync(new Tasks(new Transport(StubSdk.ConfigurationOf(server), http: null, clock)), Id);

        Assert.Equal(["task_created", "task_finished"], (await mode.EventsAsync(task)).Select(update => update.Type));
    }

    [Fact]
    public async Task A_refusal_is_thrown_at_once()
    {
        await using var server = await StubServer.StartAsync(
            call => call.Path.EndsWith("/status", StringComparison.Ordinal) ? StubAnswer.Ok(Json()) : StubAnswer.Error(404, "no such task"));

        await Assert.ThrowsAsync<TaskNotFoundException>(() => ReadAsync(server));
    }

    [Theory]
    [InlineData(401, """{"message":"Unauthorized"}""", "application/json")]
    [InlineData(404, "<h1>404 Not Found</h1>", "text/html")]
    [InlineData(200, "<h1>We will be back</h1>", "text/html")]
    public async Task What_stands_in_the_servers_place_for_a_moment_ends_no_stream_that_was_open(int status, string body, string contentType)
    {
        var connections = 0;
        await using var server = await StubServer.StartAsync(call => call switch
        {
            { Path: var path } when path.EndsWith("/status", StringComparison.Ordinal) => StubAnswer.Ok(Json()),
            _ => connections++ switch
            {
                0 => StubAnswer.Stream(Event(1, "task_created")),
                1 => new StubAnswer(status, body, contentType),
                _ => StubAnswer.Stream(Event(2, "task_finished")),
            },
        });

        Assert.Equal(["task_created", "task_finished"], (await ReadAsync(server)).Select(update => update.Type));
    }

    [Fact]
    public async Task A_refusal_of_a_server_that_knows_no_detail_ends_an_open_stream_in_half_a_minute()
    {
        var (connections, clock) = (0, new LeapingClock(TimeSpan.FromSeconds(20)));
        await using var server = await StubServer.StartAsync(call => call switch
        {
            { Path: var path } when path.EndsWith("/status", StringComparison.Ordinal) => StubAnswer.Ok(Json()),
            _ => connections++ % 5 == 0 && connections < 12 ? StubAnswer.Stream(Event(connections, "task_updated")) : new StubAnswer(404, """{"error":"no such task"}"""),
        });
        var task = await mode.GetAsync(new Tasks(new Transport(StubSdk.ConfigurationOf(server), http: null, clock)), Id);

        await Assert.ThrowsAsync<TaskNotFoundException>(() => mode.EventsAsync(task));

        Assert.True(connections > 12, $"{connections} connections: each that opens is the server's, and doubt begins anew.");
        Assert.True(clock.Pauses.Sum(pause => pause.TotalSeconds) < 120);
    }

    [Fact]
    public async Task A_refusal_of_the_server_itself_ends_an_open_stream_too()
    {
        var connections = 0;
        await using var server = await StubServer.StartAsync(call => call switch
        {
            { Path: var path } when path.EndsWith("/status", StringComparison.Ordinal) => StubAnswer.Ok(Json()),
            _ => connections++ == 0 ? StubAnswer.Stream(Event(1, "task_created")) : StubAnswer.Error(404, "no such task"),
        });

        await Assert.ThrowsAsync<TaskNotFoundException>(() => ReadAsync(server));
    }

    [Fact]
    public async Task A_task_without_event_stream_says_how_to_get_one()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(Json(task => task.EventsStreaming = false)));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), Id);

        Assert.Contains("EventsStreaming", (await Assert.ThrowsAsync<InvalidOperationException>(() => mode.EventsAsync(task))).Message, StringComparison.Ordinal);
    }

    // One list of frames a connection, the last one for all that follow; "cut" breaks it.
    private static Task<StubServer> ServeAsync(params string[][] connections)
    {
        var next = 0;
        return StubServer.StartAsync(call => call.Path.EndsWith("/status", StringComparison.Ordinal)
            ? StubAnswer.Ok(Json())
            : StubAnswer.Stream(FramesAsync(connections[Math.Min(next++, connections.Length - 1)])));
    }

    private static async IAsyncEnumerable<string> QuietAsync(AdvancedClock clock)
    {
        yield return ": keep-alive\n";
        await Task.Yield();
        clock.Advance(TimeSpan.FromMinutes(10));
    }

    private static async IAsyncEnumerable<string> FramesAsync(string[] frames)
    {
        foreach (var frame in frames)
        {
            await Task.Yield();
            yield return frame == "cut" ? throw new StubCutException() : frame;
        }
    }

    private async Task<List<TaskUpdateEvent>> ReadAsync(StubServer server)
    {
        var task = await mode.GetAsync(StubSdk.TasksOf(server), Id);
        return await mode.EventsAsync(task);
    }
}
