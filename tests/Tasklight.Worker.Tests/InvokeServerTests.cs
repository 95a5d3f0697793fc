using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

/// <summary>The worker's own HTTP server over real HTTP (contract: worker-protocol §12).</summary>
public sealed class InvokeServerTests : InvokeScene
{
    [Fact]
    public async Task Health_is_answered_without_a_key()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        using var answer = await Http.GetAsync(new Uri(Url("/health")), Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"status": "ok"}""", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task An_invoked_task_is_run_saved_reported_and_answered()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) =>
        {
            task.Tokens = new Tokens { PromptTokens = 3, CompletionTokens = 4 };
            task.InternalStatus = "counted";
            return Task.FromResult(new { Words = task.Input.Text!.Split(' ').Length });
        }));

        var (status, json) = await InvokeAsync(Platform.Create(change: task => task.UserOidcToken = "for the handler"));

        Assert.Equal(200, status);
        Assert.Equal(("task-1", "completed", """{"words":2}""", "counted"), (Text(json, "id"), Text(json, "status"), Text(json, "result"), Text(json, "internal_status")));
        Assert.False(json.TryGetProperty("configuration", out _));
        var begun = await Platform.PatchAsync("executing");
        var ended = await Platform.PatchAsync("completed");
        await Platform.NextAsync(call => call.Path == "/agents-metrics/agent-1/execution");
        Assert.All([begun, ended], call => Assert.Equal(("the caller's", null), (call.Header("x-api-key"), call.Header("Tasklight-Lease"))));
    }

    [Fact]
    public async Task A_handler_that_raises_is_answered_with_500_and_its_error_saved()
    {
        await using var worker = await StartAsync(worker => worker.OnTask<string>((task, ct) => throw new InvalidOperationException("no luck")));

        var (status, json) = await InvokeAsync(Platform.Create());

        Assert.Equal((500, """{"error":"no luck"}"""), (status, json.GetRawText()));
        Assert.Equal("no luck", (await Platform.PatchAsync("error")).Value("result"));
    }

    [Fact]
    public async Task A_streaming_handler_is_answered_with_its_events_and_one_end()
    {
        await using var worker = await StartAsync(worker => worker.OnTask(CountAsync));

        using var answer = await PostAsync(Platform.Create());
        var lines = (await answer.Content.ReadAsStringAsync(Ct)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.All(lines, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        var events = lines.Select(line => JsonSerializer.Deserialize(line["data: ".Length..], ProtocolJson.Default.TaskUpdateEvent)!).ToList();
        Assert.Equal(["chunk", "chunk", "task_finished"], events.Select(update => update.Type));
        Assert.Equal(["one", "twö"], events.Take(2).Select(update => update.Data.GetString()));
        Assert.Equal(("completed", "two words"), (Text(events[2].Data, "status"), Text(events[2].Data, "result")));
        Assert.All(events, update => Assert.Equal((StubTask.Id, StubTask.Organization), (update.TaskId, update.OrganizationId)));

        // Whoever watches the task sees the same.
        Assert.Equal("one", Text((await Platform.NextAsync(call => call.Body.StartsWith('['))).Json[0], "data"));
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_with_the_task_in_error()
    {
        await using var worker = await StartAsync(worker => worker.OnTask(BreakAsync));

        using var answer = await PostAsync(Platform.Create());
        var last = (await answer.Content.ReadAsStringAsync(Ct)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];

        Assert.Equal(200, (int)answer.StatusCode);
        var end = JsonElement.Parse(last["data: ".Length..]);
        Assert.Equal(("task_finished", "error", "broken"), (Text(end, "type"), Text(end.GetProperty("data"), "status"), Text(end.GetProperty("data"), "result")));
    }

    [Fact]
    public async Task A_caller_who_leaves_does_not_end_the_task()
    {
        var go = new TaskCompletionSource();
        await using var worker = await StartAsync(worker => worker.OnTask((context) => GoOnAsync(context, go.Task)));

        using (var answer = await PostAsync(Platform.Create(), HttpCompletionOption.ResponseHeadersRead))
        {
            await (await answer.Content.ReadAsStreamAsync(Ct)).ReadExactlyAsync(new byte[6], Ct);
        }

        go.SetResult();
        Assert.Equal("all told", (await Platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task An_open_plan_is_not_taken_up_again()
    {
        var calls = 0;
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult($"{++calls}")));
        var plan = new DeepPlanning { Enabled = true, Started = true, Enforce = true, Tasks = [new() { Id = "1", Title = "open" }] };

        var (_, json) = await InvokeAsync(Platform.Create(change: task => task.DeepPlanning = plan));

        Assert.Equal(("completed", "1"), (Text(json, "status"), Text(json, "result")));
    }

    [Fact]
    public async Task Invoked_tasks_are_outside_the_slots_and_no_more_at_once_than_those()
    {
        var (begun, go) = (new SemaphoreSlim(0), new TaskCompletionSource());
        await using var worker = await StartAsync(
            worker => worker.OnTask(async (task, ct) =>
            {
                begun.Release();
                await go.Task.WaitAsync(ct);
                return "done";
            }),
            options => options.MaxConcurrency = 1);
        Platform.Dispatch("lease-1");
        await begun.WaitAsync(Ct);
        var first = InvokeAsync(Platform.Create("task-2"));
        await begun.WaitAsync(Ct);

        using var refused = await PostAsync(Platform.Create("task-3"));
        go.SetResult();

        Assert.Equal((503, "1"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(200, (await first).Status);
        await Platform.PatchAsync("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_leaving_worker_ends_what_it_was_invoked_for(bool listens)
    {
        var (begun, never) = (Until.Signal(), new TaskCompletionSource());
        // Only for the handler that does not listen it is the time that ends the waiting.
        var clock = new HeldClock(TimeSpan.FromSeconds(listens ? 2 : 3));
        await using var worker = await StartAsync(
            worker => worker.OnTask(async (task, ct) =>
            {
                begun.SetResult();
                await never.Task.WaitAsync(listens ? ct : CancellationToken.None);
                return "never";
            }),
            options => options.Clock = clock);
        var invoked = PostAsync(Platform.Create());
        await begun.Task.InTime();

        await worker.LeaveAsync();

        Assert.Contains("worker left", (await Platform.PatchAsync("error")).Value("result"), StringComparison.Ordinal);
        if (listens)
        {
            Assert.Equal(500, (int)(await invoked).StatusCode);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetAsync(new Uri(Url("/health")), Ct));
        never.TrySetCanceled(Ct);
        await Task.WhenAny(invoked);
    }

    [Fact]
    public async Task Workers_of_one_process_share_thePort()
    {
        await using var one = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("by one")));
        Platform.Override = call => call.Path == "/organization-1/events/agent-2" ? StubAnswer.Stream(Array.Empty<string>().ToAsyncEnumerable()) : null;
        await using (var two = new RunningWorker(Worker(options => options.Configuration.AgentId = "agent-2").OnTask((task, ct) => Task.FromResult("by two"))))
        {
            await Platform.NextAsync(call => call.Path == "/organization-1/events/agent-2");
            Assert.Equal("by two", Text((await InvokeAsync(Platform.Create("task-2", task => task.AgentId = "agent-2"))).Json, "result"));
        }

        Assert.Equal("by one", Text((await InvokeAsync(Platform.Create())).Json, "result"));
        Assert.Equal(403, (await InvokeAsync(Platform.Create("task-2", task => task.AgentId = "agent-2"))).Status);
    }

    [Fact]
    public async Task APort_that_is_taken_is_named()
    {
        using var taken = new HttpListener();
        taken.Prefixes.Add($"http://*:{Port}/");
        taken.Start();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Worker().OnTask((task, ct) => Task.FromResult("")).RunAsync(Ct));

        Assert.Contains($"port {Port}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(WorkerOptions.HttpPort), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TASKLIGHT_STREAMING_PORT", "8123", 8123)]
    [InlineData("XPANDER_STREAMING_PORT", "59321", WorkerOptions.DefaultHttpPort)]
    [InlineData("ANOTHER", "1", null)]
    public void The_environment_may_name_thePort(string variable, string value, int? port) =>
        Assert.Equal(port, new WorkerOptions(name => name == variable ? value : null).HttpPort);

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("any")]
    public void APort_that_is_none_is_refused(string value)
    {
        var exception = Assert.Throws<ModuleException>(() => new WorkerOptions(name => name == "XPANDER_STREAMING_PORT" ? value : null));

        Assert.Contains($"XPANDER_STREAMING_PORT is '{value}'", exception.Message, StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> CountAsync(TaskContext context)
    {
        yield return context.Chunk("one");
        await Task.Yield();
        yield return context.Chunk("twö");
        yield return context.Finished("two words");
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> BreakAsync(TaskContext context)
    {
        yield return context.Chunk("so far");
        await Task.Yield();
        throw new InvalidOperationException("broken");
    }

    private static async IAsyncEnumerable<TaskUpdateEvent> GoOnAsync(TaskContext context, Task go, [EnumeratorCancellation] CancellationToken ct = default)
    {
        yield return context.Chunk("first");
        await go.WaitAsync(ct);
        for (var more = 0; more < 20; more++)
        {
            yield return context.Chunk(new string('x', 100_000));
        }

        yield return context.Finished("all told");
    }
}
