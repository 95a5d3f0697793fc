using System.Net;
using System.Text;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Events;

/// <summary>The push endpoint (contract: events §7).</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Pushed_events_are_numbered_in_the_order_of_the_array()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.PushAsync($"[{EventsHost.Event("chunk", "\"a\"")},{EventsHost.Event("tool_call_request", """{"request_id":"r"}""")}]");

        Assert.Equal("""{"ok":true}""", await answer.Content.ReadAsStringAsync(host.Deadline));
        var events = await host.Store.ReadEventsAsync(EventsHost.Org, EventsHost.TaskId, 1, 10, cancel: host.Deadline);
        Assert.Equal(["\"a\"", """{"request_id":"r"}"""], events.Select(static e => Encoding.UTF8.GetString(e.Data.Span)));
        Assert.All(events, static e => Assert.Equal(EventKind.Pushed, e.Kind));
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("\"text\"", HttpStatusCode.UnprocessableEntity)]
    [InlineData("[1]", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"type":"chunk","task_id":"task-2","organization_id":"org-1","time":0,"data":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"type":"chunk","task_id":7,"organization_id":"org-1","time":0,"data":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"type":5,"task_id":"task-1","organization_id":"org-1","time":0,"data":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"type":"","task_id":"task-1","organization_id":"org-1","time":0,"data":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"type":"chunk","task_id":"task-1","organization_id":"org-1","time":"soon","data":1}]""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""[{"type":"chunk","task_id":"task-1","organization_id":"org-2","time":0,"data":1}]""", HttpStatusCode.Forbidden)]
    [InlineData("""[{"type":"chunk","task_id":"task-1","time":0,"data":1}]""", HttpStatusCode.BadRequest)]
    [InlineData("[", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("[] []", HttpStatusCode.BadRequest)]
    public async Task A_body_that_is_not_an_array_of_this_tasks_events_is_refused_and_stores_nothing(string body, HttpStatusCode expected)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.PushAsync(body);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal(1, (await host.Store.FindAsync(EventsHost.Org, EventsHost.TaskId, host.Deadline))!.Sequence);
    }

    [Theory]
    [InlineData("\"a\\u0000b\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\\ud800\"")]
    [InlineData("{\"k\\u0000\":1}")]
    [InlineData("[[\"\\udfff\"]]")]
    public async Task NUL_and_lone_surrogates_are_422_and_the_message_names_the_element(string data)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.PushAsync($"[{EventsHost.Event("chunk", "\"fine \\ud83d\\ude00\"")},{EventsHost.Event("chunk", data)}]");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var detail = JsonElement.Parse(await answer.Content.ReadAsStringAsync(host.Deadline)).GetProperty("detail")[0];
        Assert.Equal("""["body",1,"data"]""", detail.GetProperty("loc").GetRawText());
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_is_400()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var body = new ByteArrayContent([.. "[\""u8, 0xFF, .. "\"]"u8]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/agent-execution/task-1/events/push") { Content = body };

        using var answer = await host.Http.SendAsync(request, host.Deadline);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task More_than_the_limit_is_413()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.PushAsync($"[{EventsHost.Event("chunk", $"\"{new string('x', 8 * 1024 * 1024)}\"")}]");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task An_unknown_task_and_another_organizations_are_404()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var unknown = await host.PushAsync("[]", id: "nobody");
        using var foreign = await host.PushAsync("[]", organization: "org-2");

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Fact]
    public async Task A_finished_task_still_takes_events()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed);

        await host.PushChunksAsync(0, 2);

        var task = await host.Store.FindAsync(EventsHost.Org, EventsHost.TaskId, host.Deadline);
        Assert.Equal(4, task!.Sequence);
        Assert.Equal(AgentExecutionStatus.Completed, task.Status);
    }

    [Fact]
    public async Task A_lease_that_does_not_hold_the_task_is_409()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.PushAsync($"[{EventsHost.Event("chunk", "1")}]", lease: "not-mine");

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("\"lease_lost\"", await answer.Content.ReadAsStringAsync(host.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_that_is_repeated_with_its_idempotency_key_is_stored_once()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        var body = $"[{EventsHost.Event("chunk", "1")},{EventsHost.Event("chunk", "2")}]";

        using var first = await host.PushAsync(body, idempotencyKey: "once");
        using var second = await host.PushAsync(body, idempotencyKey: "once");
        using var other = await host.PushAsync("[]", idempotencyKey: "once");

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal("true", second.Headers.GetValues(TasklightHeaders.IdempotentReplay).Single());
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Equal(3, (await host.Store.FindAsync(EventsHost.Org, EventsHost.TaskId, host.Deadline))!.Sequence);
    }

    [Fact]
    public async Task A_token_that_was_not_redacted_is()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using (await host.PushAsync($"[{EventsHost.Event("auth_event", """{"type":"token_ready","data":{"access_token":"very secret"}}""")}]"))
        {
            var stored = await host.Store.ReadEventsAsync(EventsHost.Org, EventsHost.TaskId, 1, 10, cancel: host.Deadline);
            Assert.Equal("""{"type":"token_ready","data":{"access_token":"REDACTED"}}""", Encoding.UTF8.GetString(stored[0].Data.Span));
        }
    }

    [Fact]
    public async Task Times_never_go_back_and_may_be_unix_seconds_or_without_a_zone()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        static string At(string time) => $$"""{"type":"chunk","task_id":"task-1","organization_id":"org-1","time":{{time}},"data":1}""";

        using (await host.PushAsync($"[{At("\"2026-05-13T11:00:00.5\"")},{At("1")},{At("1778673600")}]"))
        {
            var times = (await host.Store.ReadEventsAsync(EventsHost.Org, EventsHost.TaskId, 1, 10, cancel: host.Deadline)).Select(static e => WireTime.Format(e.Time));
            Assert.Equal(["2026-05-13T11:00:00.500000Z", "2026-05-13T11:00:00.500000Z", "2026-05-13T12:00:00.000000Z"], times);
        }
    }
}
