using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tasklight.Protocol;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

public sealed class StreamedHandlerTests
{
    [Fact]
    public async Task Yielded_events_are_told_in_order_and_its_own_end_is_the_result()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(CountAsync));
        platform.Dispatch("lease-1");

        var told = new List<JsonElement>();
        var call = await platform.NextAsync(call => call.Method is "POST" or "PATCH" && call.Value("event") is null && call.Value("status") != "executing");
        for (; call.Method == "POST"; call = await platform.NextAsync(call => call.Method is "POST" or "PATCH" && call.Value("event") is null))
        {
            told.AddRange(call.Json.EnumerateArray());
        }

        Assert.Equal(["one", "two", "three"], told.Select(update => update.GetProperty("data").GetString()));
        Assert.All(told, update => Assert.Equal("chunk", update.GetProperty("type").GetString()));
        Assert.Equal(("completed", "three words"), (call.Value("status"), call.Value("result")));
    }

    [Theory]
    [InlineData("\"a text\"", "completed", "a text")]
    [InlineData("""{"rows":3}""", "completed", """{"rows":3}""")]
    [InlineData("""{"id":"task-1","agent_id":"agent-1","status":"failed","result":"no rows"}""", "failed", "no rows")]
    [InlineData("""{"id":"ticket-7","agent_id":"Ann","status":"open"}""", "completed", """{"id":"ticket-7","agent_id":"Ann","status":"open"}""")]
    [InlineData("null", "completed", null)]
    public async Task A_yielded_end_holds_a_text_an_object_or_the_task(string data, string status, string? result)
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => EndAsync(JsonElement.Parse(data), ct)));

        platform.Dispatch("lease-1");

        Assert.Equal(result, (await platform.PatchAsync(status)).Value("result"));
    }

    [Fact]
    public async Task Events_that_name_no_task_are_the_tasks_own()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) =>
            new[] { new TaskUpdateEvent { Type = "think", Data = JsonElement.Parse("{}") } }.ToAsyncEnumerable()));
        platform.Dispatch("lease-1");

        var update = (await platform.NextAsync(call => call.Body.StartsWith('['))).Json[0];

        Assert.Equal((StubTask.Id, StubTask.Organization), (update.GetProperty("task_id").GetString(), update.GetProperty("organization_id").GetString()));
        Assert.StartsWith("20", update.GetProperty("time").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_breaks_is_the_tasks_error_after_what_it_told()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask(BreakAsync));
        platform.Dispatch("lease-1");

        await platform.NextAsync(call => call.Body.StartsWith('['));
        Assert.Equal("broken", (await platform.PatchAsync("error")).Value("result"));
    }

    [Fact]
    public async Task A_handler_without_a_stream_is_told_what_to_return()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((TaskContext _) => (IAsyncEnumerable<TaskUpdateEvent>)null!));
        platform.Dispatch("lease-1");

        Assert.Equal("The handler returned null: return the stream of its events.", (await platform.PatchAsync("error")).Value("result"));
    }

    [Fact]
    public async Task A_returned_copy_of_the_task_gives_every_field_but_the_servers_own()
    {
        await using var platform = await StubPlatform.StartAsync();
        await using var worker = new RunningWorker(platform.Worker().OnTask((task, ct) => Task.FromResult(new AgentTaskFields
        {
            Id = task.Id,
            AgentId = task.AgentId,
            Status = AgentExecutionStatus.Completed,
            Result = "copied",
            Title = "a title",
            InternalStatus = "half",
            UsedTools = ["clock"],
        })));
        platform.Dispatch("lease-1");

        var end = await platform.PatchAsync("completed");

        Assert.Equal(("copied", "a title", "half"), (end.Value("result"), end.Value("title"), end.Value("internal_status")));
        Assert.Equal(("organization-1", "2026-01-01T00:00:00.000000Z"), (end.Value("organization_id"), end.Value("created_at")));
    }

    [Fact]
    public async Task An_event_that_is_refused_takes_no_other_with_it()
    {
        await using var platform = await StubPlatform.StartAsync();
        platform.Override = call => call.Body.StartsWith('[') && call.Body.Contains("too large", StringComparison.Ordinal) ? StubAnswer.Error(413, "too large") : null;
        await using var worker = new RunningWorker(platform.Worker().OnTask(async context =>
        {
            // One batch: the second and later ones gather while the first is sent.
            foreach (var text in (string[])["one", "two", "too large", "three"])
            {
                await context.ChunkAsync(text);
            }

            return "done";
        }));
        platform.Dispatch("lease-1");

        var told = new List<string?>();
        await platform.NextAsync(call =>
        {
            if (call.Body.StartsWith('[') && !call.Body.Contains("too large", StringComparison.Ordinal))
            {
                told.AddRange(call.Json.EnumerateArray().Select(update => update.GetProperty("data").GetString()));
            }

            return call.Value("status") == "completed";
        });

        Assert.Equal(["one", "two", "three"], told);
    }

    [Fact]
    public async Task A_streaming_handler_runs_in_a_host_too()
    {
        await using var platform = await StubPlatform.StartAsync();
        var host = Host.CreateEmptyApplicationBuilder(settings: null);
        host.Services.AddTasklightWorker(options => options.Configuration = platform.Worker().Options.Configuration).OnTask(CountAsync);
        using var running = host.Build();
        await running.StartAsync(TestContext.Current.CancellationToken);
        platform.Dispatch("lease-1");

        Assert.Equal("three words", (await platform.PatchAsync("completed")).Value("result"));
        await running.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> CountAsync(TaskContext context)
    {
        yield return context.Chunk("one");
        yield return context.Chunk("two");
        await Task.Yield();
        yield return context.Chunk("three");
        yield return context.Finished("three words");
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> EndAsync(JsonElement data, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await Task.Yield();
        ct.ThrowIfCancellationRequested();
        yield return new TaskUpdateEvent { Type = TaskEventTypes.TaskFinished, Data = data };
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> BreakAsync(TaskContext context)
    {
        await Task.Yield();
        yield return context.Chunk("so far");
        throw new InvalidOperationException("broken");
    }
}
