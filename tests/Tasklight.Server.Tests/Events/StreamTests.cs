using System.Net;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Events;

/// <summary>The SDK's stream, rule by rule (contract: events §§2, 3, 5; README §4).</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task The_first_frame_is_task_created_with_the_whole_task()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();

        var frame = await stream.MustNextAsync();

        Assert.Equal(1, frame.Id);
        Assert.Equal(["type", "task_id", "organization_id", "time", "data"], frame.Json.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("task_created", frame.Type);
        Assert.Equal(EventsHost.TaskId, frame.Json.GetProperty("task_id").GetString());
        Assert.Equal(EventsHost.Org, frame.Json.GetProperty("organization_id").GetString());
        Assert.Equal("pending", frame.Payload.GetProperty("status").GetString());
        Assert.Equal("Summarise the report", frame.Payload.GetProperty("input").GetProperty("text").GetString());
        Assert.False(frame.Payload.TryGetProperty("configuration", out _));
    }

    [Fact]
    public async Task Every_lifecycle_frame_carries_the_task_as_it_was_then_and_the_last_one_closes_the_stream()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        Assert.Equal("task_created", (await stream.MustNextAsync()).Type);

        await host.SaveAsync(AgentExecutionStatus.Executing);
        var updated = await stream.MustNextAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "done");
        var rest = await stream.ToEndAsync();

        Assert.Equal("task_updated", updated.Type);
        Assert.Equal("executing", updated.Payload.GetProperty("status").GetString());
        Assert.Equal("Summarise the report", updated.Payload.GetProperty("input").GetProperty("text").GetString());
        var finished = Assert.Single(rest);
        Assert.Equal("task_finished", finished.Type);
        Assert.Equal("done", finished.Payload.GetProperty("result").GetString());
        Assert.NotEqual("null", finished.Payload.GetProperty("finished_at").GetRawText());
    }

    [Fact]
    public async Task Headers_come_at_once_and_forbid_buffering()
    {
        await using var host = await EventsHost.StartAsync();
        var task = await host.CreateAsync();

        using var stream = await host.SdkAsync(lastEventId: $"{task.Sequence}");

        Assert.Equal("no-store", stream.Response.Headers.CacheControl?.ToString());
        Assert.Equal("no", stream.Response.Headers.GetValues("X-Accel-Buffering").Single());
    }

    [Fact]
    public async Task A_silent_stream_sends_one_comment_line_without_a_blank_line_every_fifteen_seconds()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        await stream.MustNextAsync();

        for (var i = 0; i < 2; i++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(15));
            Assert.Equal(": keep-alive", await stream.LineAsync());
        }

        await host.SaveAsync(AgentExecutionStatus.Executing);
        Assert.Equal("id: 2", await stream.LineAsync());
    }

    [Fact]
    public async Task A_stream_that_has_just_sent_something_sends_no_keep_alive()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        await stream.MustNextAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await host.SaveAsync(AgentExecutionStatus.Executing);
        await stream.MustNextAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await host.SaveAsync(AgentExecutionStatus.Completed);
        await stream.ToEndAsync();

        Assert.Equal(0, stream.Comments);
    }

    [Fact]
    public async Task Only_the_twelve_known_types_reach_the_stream()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        string[] pushed = ["connected", "context_status", "gap", "made_up", "task_created", "task_updated", "task_finished", "think"];

        using (await host.PushAsync($"[{string.Join(',', pushed.Select(static type => EventsHost.Event(type, "{}")))}]"))
        {
            await host.SaveAsync(AgentExecutionStatus.Completed);
        }

        Assert.Equal(["task_created", "think", "task_finished"], (await stream.ToEndAsync()).Select(static frame => frame.Type));
    }

    [Fact]
    public async Task Text_that_would_cut_a_line_is_escaped()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync(static fields => fields.Input = new AgentExecutionInput { Text = "a\u2028b\nc\u0085ä😀" });
        using var stream = await host.SdkAsync();
        using (await host.PushAsync($"[{EventsHost.Event("chunk", "\"x\u2028y\\u2029z ä\"")},{EventsHost.Event("think", "{\n\t\"a\" : [1.50, \"ü\"]}")}]"))
        {
            await host.SaveAsync(AgentExecutionStatus.Completed);
        }

        var frames = await stream.ToEndAsync();

        Assert.Equal("a\u2028b\nc\u0085ä😀", frames[0].Payload.GetProperty("input").GetProperty("text").GetString());
        Assert.Equal("x\u2028y\u2029z ä", frames[1].Payload.GetString());
        Assert.Equal("1.50", frames[2].Payload.GetProperty("a")[0].GetRawText());
    }

    [Fact]
    public async Task Secrets_never_appear()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync(static fields => fields.UserOidcToken = SecretMask.Text);
        await host.SaveAsync(AgentExecutionStatus.Completed);

        using var stream = await host.SdkAsync();

        Assert.All(await stream.ToEndAsync(), static frame => Assert.Equal(SecretMask.Text, frame.Payload.GetProperty("user_oidc_token").GetString()));
    }

    [Fact]
    public async Task A_late_subscriber_gets_the_whole_turn_and_the_end()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Executing);
        await host.PushChunksAsync(0, 600);
        await host.SaveAsync(AgentExecutionStatus.Completed, "done");

        using var stream = await host.SdkAsync();
        var frames = await stream.ToEndAsync();

        Assert.Equal(Enumerable.Range(1, 603).Select(static n => (long)n), frames.Select(static frame => frame.Id));
        Assert.Equal("done", frames[^1].Payload.GetProperty("result").GetString());
        Assert.Equal(0, host.Feeds.Count);
    }

    [Fact]
    public async Task What_is_pushed_after_the_end_opens_no_stream_again()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed);
        await host.PushChunksAsync(0, 3);

        using var stream = await host.SdkAsync();

        Assert.Equal(["task_created", "task_finished"], (await stream.ToEndAsync()).Select(static frame => frame.Type));
    }

    [Fact]
    public async Task A_task_finished_that_was_taken_back_is_not_the_end()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.ApplyAsync(new TaskCommand.Stop(EventsHost.Org, EventsHost.TaskId, host.Clock.GetUtcNow(), "tester"));
        await host.SaveAsync(AgentExecutionStatus.Paused);
        using var stream = await host.SdkAsync();
        Assert.Equal("task_created", (await stream.MustNextAsync()).Type);
        Assert.Equal("task_finished", (await stream.MustNextAsync()).Type);
        Assert.Equal("paused", (await stream.MustNextAsync()).Payload.GetProperty("status").GetString());

        await host.SaveAsync(AgentExecutionStatus.Completed);

        Assert.Equal("task_finished", (await stream.ToEndAsync())[^1].Type);
    }

    [Fact]
    public async Task Each_stream_shows_one_turn()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var first = await host.SdkAsync();
        await first.MustNextAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "one");
        await host.CreateAsync(static fields => fields.Input = new AgentExecutionInput { Text = "And now?" });
        using var second = await host.SdkAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "two");

        var end = await first.ToEndAsync();
        var turn = await second.ToEndAsync();

        Assert.Equal("one", Assert.Single(end).Payload.GetProperty("result").GetString());
        Assert.Equal(["task_created", "task_finished"], turn.Select(static frame => frame.Type));
        Assert.Equal("And now?", turn[1].Payload.GetProperty("input").GetProperty("text").GetString());
        Assert.Equal("two", turn[1].Payload.GetProperty("result").GetString());
        Assert.Equal("null", turn[0].Payload.GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task A_reader_that_comes_back_in_a_later_turn_misses_nothing_between()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "one");
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "two");

        using var stream = await host.SdkAsync(lastEventId: "1");
        var frames = await stream.ToEndAsync();

        Assert.Equal([2L, 3L, 4L], frames.Select(static frame => frame.Id));
        Assert.Equal("one", frames[0].Payload.GetProperty("result").GetString());
        Assert.Equal("two", frames[2].Payload.GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_task_without_events_streaming_has_no_stream()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync(static fields => fields.EventsStreaming = false);

        using var answer = await host.GetAsync($"/agent-execution/{EventsHost.TaskId}/events");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("events_streaming", await answer.Content.ReadAsStringAsync(host.Deadline), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/agent-execution/nobody/events", EventsHost.Org)]
    [InlineData("/v1/tasks/nobody/events", EventsHost.Org)]
    [InlineData("/agent-execution/task-1/events", "org-2")]
    [InlineData("/v1/tasks/task-1/events", "org-2")]
    public async Task An_unknown_task_and_another_organizations_are_404_in_JSON(string path, string organization)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.GetAsync(path, organization: organization);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("2")]
    [InlineData("99999999999999999999")]
    public async Task A_cursor_that_is_no_number_or_ahead_of_the_log_is_422(string cursor)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        foreach (var path in (string[])["/agent-execution/task-1/events", "/v1/tasks/task-1/events"])
        {
            using var byHeader = await host.GetAsync(path, lastEventId: cursor);
            using var byQuery = await host.GetAsync($"{path}?after={cursor}");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, byHeader.StatusCode);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, byQuery.StatusCode);
            Assert.Contains(EventsHost.TaskId, await byQuery.Content.ReadAsStringAsync(host.Deadline), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Last_event_id_wins_over_the_query_because_an_EventSource_repeats_its_address()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.PushChunksAsync(0, 3);

        using var stream = await host.StreamAsync("/agent-execution/task-1/events?after=0", lastEventId: "3");

        Assert.Equal(4, (await stream.MustNextAsync()).Id);
    }

    [Fact]
    public async Task A_stopping_server_ends_its_streams_in_order()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        await stream.MustNextAsync();

        var stop = host.StopAsync();

        // An end that is not in order is an exception here.
        Assert.Null(await stream.NextAsync());
        await stop;
    }

    [Fact]
    public async Task The_streams_of_a_deleted_task_end()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        await stream.MustNextAsync();

        await host.Store.ApplyAsync(new TaskCommand.Delete(EventsHost.Org, EventsHost.TaskId, host.Clock.GetUtcNow()));

        // The task is stopped before it is removed, which may still be seen.
        Assert.All(await stream.ToEndAsync(), static frame => Assert.Equal("task_finished", frame.Type));
    }
}
