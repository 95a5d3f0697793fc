using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;
using static Tasklight.Stub.StubTask;

namespace Tasklight.Sdk.Tests;

public abstract class TelemetryTests(SdkMode mode)
{
    [Fact]
    public async Task A_stream_is_one_activity_that_tells_of_its_connections()
    {
        var connections = 0;
        await using var server = await StubServer.StartAsync(call => call.Path.EndsWith("/status", StringComparison.Ordinal)
            ? StubAnswer.Ok(Json())
            : StubAnswer.Stream(FramesAsync(connections++ == 0)));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), Id);
        using var trace = new Traced();

        var events = await mode.EventsAsync(task);

        Assert.Equal(3, events.Count);
        var stream = Assert.Single(trace.Ended);
        Assert.Equal(("stream the events of task", ActivityStatusCode.Unset), (stream.DisplayName, stream.Status));
        Assert.Equal((3, 2), (stream.GetTagItem("tasklight.events"), stream.GetTagItem("tasklight.connections")));
        Assert.Equal(["open", "break", "resume", "end"], stream.Events.Select(one => one.Name));
        Assert.Equal("1", stream.Events.Single(one => one.Name == "resume").Tags.Single(tag => tag.Key == "tasklight.last_event_id").Value);
        Assert.Equal("the task has ended", stream.Events.Last().Tags.Single().Value);
    }

    [Fact]
    public async Task What_a_reader_does_between_two_events_is_no_part_of_the_stream()
    {
        await using var server = await StubServer.StartAsync(call => call.Path.EndsWith("/status", StringComparison.Ordinal)
            ? StubAnswer.Ok(Json())
            : StubAnswer.Stream(Event(1, "task_created"), Event(2, "task_finished")));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), Id);
        using var trace = new Traced();
        var readers = Activity.Current;

        await foreach (var _ in task.EventsAsync(TestContext.Current.CancellationToken))
        {
            Assert.Same(readers, Activity.Current);
        }

        foreach (var _ in task.Events(TestContext.Current.CancellationToken))
        {
            Assert.Same(readers, Activity.Current);
        }

        Assert.Same(readers, Activity.Current);
        Assert.Equal([readers!.SpanId, readers.SpanId], trace.Ended.Select(stream => stream.ParentSpanId));
    }

    [Fact]
    public async Task A_refused_stream_is_an_error()
    {
        await using var server = await StubServer.StartAsync(
            call => call.Path.EndsWith("/status", StringComparison.Ordinal) ? StubAnswer.Ok(Json()) : StubAnswer.Error(404, "no such task", "not_found"));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), Id);
        using var trace = new Traced();

        await Assert.ThrowsAsync<TaskNotFoundException>(() => mode.EventsAsync(task));

        var stream = Assert.Single(trace.Ended);
        Assert.Equal((ActivityStatusCode.Error, "not_found", 404), (stream.Status, stream.GetTagItem("error.type"), stream.GetTagItem("http.response.status_code")));
    }

    [Fact]
    public async Task A_repeated_call_is_one_activity_that_counts()
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(_ => ++calls < 3 ? StubAnswer.Error(503, "starting") : StubAnswer.Ok(Json()));
        using var trace = new Traced();

        await mode.GetAsync(StubSdk.TasksOf(server, TimeSpan.FromSeconds(30)), Id);

        var call = Assert.Single(trace.Ended);
        Assert.Equal((2, 200), (call.GetTagItem("http.request.resend_count"), call.GetTagItem("http.response.status_code")));
    }

    [Fact]
    public async Task Log_lines_tell_of_calls_repetitions_and_streams_and_never_of_keys_or_prompts()
    {
        var (calls, connections) = (0, 0);
        await using var server = await StubServer.StartAsync(call => call switch
        {
            { Method: "POST" } => ++calls < 2 ? StubAnswer.Error(503, "no room for very-private prompt") : StubAnswer.Ok(Json(task => task.Result = "very-private")),
            { Path: var path } when path.EndsWith("/events", StringComparison.Ordinal) => StubAnswer.Stream(FramesAsync(connections++ == 0)),
            _ => StubAnswer.Error(404, "very-private", "not_found"),
        });
        var log = new LogLines();
        await using var provider = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddTasklightClient(set => (set.BaseUrl, set.ApiKey, set.OrganizationId, set.RetryFor) = (server.BaseUrl, "very-secret", Organization, TimeSpan.FromSeconds(30)))
            .Services.BuildServiceProvider();
        var tasks = provider.GetRequiredService<Tasks>();

        var task = await mode.CreateAsync(tasks, StubTask.Agent, new() { Input = new() { Text = "very-private" } }, key: "once");
        await mode.EventsAsync(task);
        await Assert.ThrowsAsync<TaskNotFoundException>(() => mode.GetAsync(tasks, "gone"));

        Assert.Contains(log.Lines, line => line.StartsWith("Could not create a task of agent 'agent-1': 503 some_code, trying again in 0.", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Could create a task of agent 'agent-1': 200 after ", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Could not get task 'gone': 404 not_found after ", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.StartsWith("Broke off to stream the events of task 'task-1': ", StringComparison.Ordinal));
        Assert.Contains("Began to stream the events of task 'task-1', after event 1", log.Lines);
        Assert.Contains("Ended to stream the events of task 'task-1': the task has ended, 3 events over 2 connections", log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains("very-", StringComparison.Ordinal));
    }

    private static async IAsyncEnumerable<string> FramesAsync(bool isFirst)
    {
        await Task.Yield();
        if (isFirst)
        {
            // An end without the task's: a cut might swallow what was sent just before it.
            yield return Event(1, "task_created");
            yield break;
        }

        yield return Event(2, "chunk", "\"very-private\"");
        yield return Event(3, "task_finished");
    }
}
