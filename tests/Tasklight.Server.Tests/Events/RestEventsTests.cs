using System.Net;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Events;

/// <summary>Streams and pages of /v1 (contract: extensions §4).</summary>
public sealed class RestEventsTests
{
    const string Path = "/v1/tasks/task-1/events";

    [Fact]
    public async Task Unknown_types_are_shown_and_pushed_lifecycle_events_are_not()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync(static fields => fields.EventsStreaming = false);
        using var stream = await host.RestAsync();
        using (await host.PushAsync($"[{EventsHost.Event("context_status", "{}")},{EventsHost.Event("task_finished", "{}")},{EventsHost.Event("made_up", "null")}]"))
        {
            await host.SaveAsync(AgentExecutionStatus.Completed);
        }

        Assert.Equal(["task_created", "made_up", "task_finished"], (await stream.ToEndAsync()).Select(static frame => frame.Type));
    }

    [Fact]
    public async Task Newer_types_are_shown_to_those_who_ask_for_them()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var asked = await host.StreamAsync($"{Path}?newer=true");
        using var sdk = await host.SdkAsync();
        using (await host.PushAsync($"[{EventsHost.Event("context_status", "{}")},{EventsHost.Event("sub_task_created", "{}")}]"))
        {
            await host.SaveAsync(AgentExecutionStatus.Completed);
        }

        using var page = await host.GetAsync($"{Path}?newer=true&after=0", accept: "application/json");
        using var plain = await host.GetAsync($"{Path}?after=0", accept: "application/json");

        Assert.Equal(["task_created", "context_status", "sub_task_created", "task_finished"], (await asked.ToEndAsync()).Select(static frame => frame.Type));
        Assert.Equal(["task_created", "task_finished"], (await sdk.ToEndAsync()).Select(static frame => frame.Type));
        Assert.Contains("context_status", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("context_status", await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trimmed_history_shows_as_a_gap_on_REST_and_not_at_all_to_the_SDK()
    {
        await using var host = await EventsHost.StartAsync();
        await EndedAndTrimmedAsync(host);

        using var rest = await host.RestAsync();
        using var resumed = await host.RestAsync(lastEventId: "4");
        using var sdk = await host.SdkAsync();
        var frames = await rest.ToEndAsync();

        Assert.Equal(["task_created", "task_updated", "gap", "task_finished"], frames.Select(static frame => frame.Type));
        Assert.Equal([1L, 2L, 12L, 13L], frames.Select(static frame => frame.Id));
        Assert.Equal("""{"from":3,"to":12}""", frames[2].Payload.GetRawText());
        Assert.Equal("""{"from":5,"to":12}""", (await resumed.MustNextAsync()).Payload.GetRawText());
        Assert.Equal([1L, 2L, 13L], (await sdk.ToEndAsync()).Select(static frame => frame.Id));
    }

    [Fact]
    public async Task The_cursor_at_the_end_of_a_finished_task_is_204()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        var end = await host.SaveAsync(AgentExecutionStatus.Completed);
        await host.PushChunksAsync(0, 1);

        using var stream = await host.GetAsync(Path, lastEventId: $"{end.Sequence}");
        using var behind = await host.GetAsync(Path, lastEventId: $"{end.Sequence + 1}");
        using var page = await host.GetAsync($"{Path}?after={end.Sequence + 1}", accept: "application/json");

        Assert.Equal(HttpStatusCode.NoContent, stream.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, behind.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, page.StatusCode);
    }

    [Fact]
    public async Task Pages_walk_the_log_and_show_what_came_after_the_end()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.PushChunksAsync(0, 3);
        await host.SaveAsync(AgentExecutionStatus.Completed, "done");
        await host.PushChunksAsync(3, 1);

        var first = await PageAsync(host, $"{Path}?limit=4");
        var second = await PageAsync(host, $"{Path}?limit=4&after={first.GetProperty("next_after").GetInt64()}");

        Assert.Equal(["task_created", "chunk", "chunk", "chunk"], Types(first));
        Assert.Equal(["task_finished", "chunk"], Types(second));
        Assert.Equal(6, second.GetProperty("next_after").GetInt64());
        var item = second.GetProperty("items")[0];
        Assert.Equal(["sequence", "type", "task_id", "organization_id", "time", "data"], item.EnumerateObject().Select(static p => p.Name));
        Assert.Equal(5, item.GetProperty("sequence").GetInt64());
        Assert.Equal("done", item.GetProperty("data").GetProperty("result").GetString());
    }

    [Fact]
    public async Task A_page_at_the_end_of_a_living_task_is_empty()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        var page = await PageAsync(host, $"{Path}?after=1");

        Assert.Equal("""{"items":[],"next_after":1}""", page.GetRawText());
    }

    [Fact]
    public async Task A_page_shows_the_gap()
    {
        await using var host = await EventsHost.StartAsync();
        await EndedAndTrimmedAsync(host);

        var page = await PageAsync(host, Path);

        Assert.Equal(["task_created", "task_updated", "gap", "task_finished"], Types(page));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("many")]
    public async Task A_limit_out_of_range_is_422(string limit)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();

        using var answer = await host.GetAsync($"{Path}?limit={limit}", accept: "application/json");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
    }

    static async Task EndedAndTrimmedAsync(EventsHost host)
    {
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Executing);
        await host.PushChunksAsync(0, 10);
        await host.SaveAsync(AgentExecutionStatus.Completed);
        host.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(10, await host.Store.TrimAsync(host.Clock.GetUtcNow().AddHours(-1), 100));
    }

    static async Task<JsonElement> PageAsync(EventsHost host, string path)
    {
        using var answer = await host.GetAsync(path, accept: "application/json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(host.Deadline));
    }

    static IEnumerable<string?> Types(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("type").GetString());
}
