using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Tasklight.EndToEnd.Tests;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

/// <summary>The worker's own HTTP server over real HTTP (contract: worker-protocol §12).</summary>
public sealed class InvokeServerTests : IAsyncLifetime
{
    private readonly int _port = FreePorts.Take();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private StubPlatform _platform = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _platform = await StubPlatform.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task Health_is_answered_without_a_key()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        using var answer = await _http.GetAsync(new Uri(Url("/health")), Ct);

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

        var (status, json) = await InvokeAsync(_platform.Create(change: task => task.UserOidcToken = "for the handler"));

        Assert.Equal(200, status);
        Assert.Equal(("task-1", "completed", """{"words":2}""", "counted"), (Text(json, "id"), Text(json, "status"), Text(json, "result"), Text(json, "internal_status")));
        Assert.False(json.TryGetProperty("configuration", out _));
        var begun = await _platform.PatchAsync("executing");
        var ended = await _platform.PatchAsync("completed");
        await _platform.NextAsync(call => call.Path == "/agents-metrics/agent-1/execution");
        Assert.All([begun, ended], call => Assert.Equal(("the caller's", null), (call.Header("x-api-key"), call.Header("Tasklight-Lease"))));
    }

    [Fact]
    public async Task A_handler_that_raises_is_answered_with_500_and_its_error_saved()
    {
        await using var worker = await StartAsync(worker => worker.OnTask<string>((task, ct) => throw new InvalidOperationException("no luck")));

        var (status, json) = await InvokeAsync(_platform.Create());

        Assert.Equal((500, """{"error":"no luck"}"""), (status, json.GetRawText()));
        Assert.Equal("no luck", (await _platform.PatchAsync("error")).Value("result"));
    }

    [Fact]
    public async Task A_streaming_handler_is_answered_with_its_events_and_one_end()
    {
        await using var worker = await StartAsync(worker => worker.OnTask(CountAsync));

        using var answer = await PostAsync(_platform.Create());
        var lines = (await answer.Content.ReadAsStringAsync(Ct)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.All(lines, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        var events = lines.Select(line => JsonSerializer.Deserialize(line["data: ".Length..], ProtocolJson.Default.TaskUpdateEvent)!).ToList();
        Assert.Equal(["chunk", "chunk", "task_finished"], events.Select(update => update.Type));
        Assert.Equal(["one", "twö"], events.Take(2).Select(update => update.Data.GetString()));
        Assert.Equal(("completed", "two words"), (Text(events[2].Data, "status"), Text(events[2].Data, "result")));
        Assert.All(events, update => Assert.Equal((StubTask.Id, StubTask.Organization), (update.TaskId, update.OrganizationId)));

        // Whoever watches the task sees the same.
        Assert.Equal("one", Text((await _platform.NextAsync(call => call.Body.StartsWith('['))).Json[0], "data"));
    }

    [Fact]
    public async Task A_stream_that_breaks_ends_with_the_task_in_error()
    {
        await using var worker = await StartAsync(worker => worker.OnTask(BreakAsync));

        using var answer = await PostAsync(_platform.Create());
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

        using (var answer = await PostAsync(_platform.Create(), HttpCompletionOption.ResponseHeadersRead))
        {
            await (await answer.Content.ReadAsStreamAsync(Ct)).ReadExactlyAsync(new byte[6], Ct);
        }

        go.SetResult();
        Assert.Equal("all told", (await _platform.PatchAsync("completed")).Value("result"));
    }

    [Fact]
    public async Task An_open_plan_is_not_taken_up_again()
    {
        var calls = 0;
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult($"{++calls}")));
        var plan = new DeepPlanning { Enabled = true, Started = true, Enforce = true, Tasks = [new() { Id = "1", Title = "open" }] };

        var (_, json) = await InvokeAsync(_platform.Create(change: task => task.DeepPlanning = plan));

        Assert.Equal(("completed", "1"), (Text(json, "status"), Text(json, "result")));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_run()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        using var answer = await PostAsync(_platform.Create(), key: null);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Contains("x-api-key", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.DoesNotContain(_platform.Rest(), call => call.Method == "PATCH");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    public async Task Whom_the_server_refuses_the_worker_refuses(int refusal)
    {
        var runs = 0;
        _platform.Override = call => call.Method == "PATCH" && call.Header("x-api-key") == "the caller's" ? StubAnswer.Error(refusal, "the reason") : null;
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult($"{++runs}")));

        var (status, json) = await InvokeAsync(_platform.Create());

        Assert.Equal((refusal, 0), (status, runs));
        Assert.Contains("the reason", Text(json, "detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agent_id", "another")]
    [InlineData("organization_id", "another")]
    public async Task A_task_of_somebody_elses_agent_is_refused(string field, string value)
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        var (status, _) = await InvokeAsync(_platform.Create().Replace($"\"{field}\":\"{(field == "agent_id" ? StubTask.Agent : StubTask.Organization)}\"", $"\"{field}\":\"{value}\"", StringComparison.Ordinal));

        Assert.Equal(403, status);
        Assert.DoesNotContain(_platform.Rest(), call => call.Method == "PATCH");
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{\"id\": ", 400)]
    [InlineData("[]", 422)]
    [InlineData("{}", 422)]
    [InlineData("""{"id":"task-1","agent_id":"agent-1","organization_id":"organization-1","created_at":"2026-01-01T00:00:00Z"}""", 422)]
    [InlineData("""{"id":"task-1","agent_id":"agent-1","organization_id":"organization-1","created_at":"2026-01-01T00:00:00Z","input":7}""", 422)]
    public async Task A_body_that_is_no_task_is_told_what_is_wrong(string body, int status)
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        var (answered, json) = await InvokeAsync(body);

        Assert.Equal(status, answered);
        Assert.True(json.TryGetProperty("detail", out _));
    }

    [Fact]
    public async Task The_five_required_keys_and_unknown_ones_are_enough()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));
        _platform.Create();

        var (status, _) = await InvokeAsync(
            """{"id":"task-1","agent_id":"agent-1","organization_id":"organization-1","created_at":"2026-01-01T00:00:00Z","input":{"text":"hi"},"newer":true}""");

        Assert.Equal(200, status);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        var (status, _) = await InvokeAsync(_platform.Create(change: task => task.Input = new() { Text = new string('x', 9 << 20) }));

        Assert.Equal(413, status);
    }

    [Theory]
    [InlineData("GET", "/invoke", 405, "POST")]
    [InlineData("POST", "/health", 405, "GET")]
    [InlineData("GET", "/elsewhere", 404, null)]
    public async Task Other_routes_and_methods_are_told_what_there_is(string method, string path, int status, string? allow)
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));

        using var answer = await _http.SendAsync(request, Ct);

        Assert.Equal((status, allow), ((int)answer.StatusCode, answer.Content.Headers.Allow.SingleOrDefault()));
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
        _platform.Dispatch("lease-1");
        await begun.WaitAsync(Ct);
        var first = InvokeAsync(_platform.Create("task-2"));
        await begun.WaitAsync(Ct);

        using var refused = await PostAsync(_platform.Create("task-3"));
        go.SetResult();

        Assert.Equal((503, "1"), ((int)refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        Assert.Equal(200, (await first).Status);
        await _platform.PatchAsync("completed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_leaving_worker_ends_what_it_was_invoked_for(bool listens)
    {
        var (begun, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var worker = await StartAsync(worker => worker.OnTask(async (task, ct) =>
        {
            begun.SetResult();
            await never.Task.WaitAsync(listens ? ct : CancellationToken.None);
            return "never";
        }));
        var invoked = PostAsync(_platform.Create());
        await begun.Task;

        await worker.LeaveAsync();

        Assert.Contains("worker left", (await _platform.PatchAsync("error")).Value("result"), StringComparison.Ordinal);
        if (listens)
        {
            Assert.Equal(500, (int)(await invoked).StatusCode);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetAsync(new Uri(Url("/health")), Ct));
        never.TrySetCanceled(Ct);
        await Task.WhenAny(invoked);
    }

    [Fact]
    public async Task Workers_of_one_process_share_the_port()
    {
        await using var one = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("by one")));
        _platform.Override = call => call.Path == "/organization-1/events/agent-2" ? StubAnswer.Stream(Array.Empty<string>().ToAsyncEnumerable()) : null;
        await using (var two = new RunningWorker(Worker(options => options.Configuration.AgentId = "agent-2").OnTask((task, ct) => Task.FromResult("by two"))))
        {
            await _platform.NextAsync(call => call.Path == "/organization-1/events/agent-2");
            Assert.Equal("by two", Text((await InvokeAsync(_platform.Create("task-2", task => task.AgentId = "agent-2"))).Json, "result"));
        }

        Assert.Equal("by one", Text((await InvokeAsync(_platform.Create())).Json, "result"));
        Assert.Equal(403, (await InvokeAsync(_platform.Create("task-2", task => task.AgentId = "agent-2"))).Status);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var taken = new HttpListener();
        taken.Prefixes.Add($"http://*:{_port}/");
        taken.Start();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Worker().OnTask((task, ct) => Task.FromResult("")).RunAsync(Ct));

        Assert.Contains($"port {_port}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(WorkerOptions.HttpPort), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TASKLIGHT_STREAMING_PORT", "8123", 8123)]
    [InlineData("XPANDER_STREAMING_PORT", "59321", WorkerOptions.DefaultHttpPort)]
    [InlineData("ANOTHER", "1", null)]
    public void The_environment_may_name_the_port(string variable, string value, int? port) =>
        Assert.Equal(port, new WorkerOptions(name => name == variable ? value : null).HttpPort);

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("any")]
    public void A_port_that_is_none_is_refused(string value)
    {
        var exception = Assert.Throws<ModuleException>(() => new WorkerOptions(name => name == "XPANDER_STREAMING_PORT" ? value : null));

        Assert.Contains($"XPANDER_STREAMING_PORT is '{value}'", exception.Message, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();

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

    private AgentWorker Worker(Action<WorkerOptions>? configure = null) => _platform.Worker(options =>
    {
        options.HttpPort = _port;
        configure?.Invoke(options);
    });

    private async Task<RunningWorker> StartAsync(Func<AgentWorker, AgentWorker> handler, Action<WorkerOptions>? configure = null)
    {
        var running = new RunningWorker(handler(Worker(configure)));
        await _platform.PostAsync("worker-heartbeat");
        return running;
    }

    private string Url(string path) => $"http://127.0.0.1:{_port}{path}";

    private async Task<HttpResponseMessage> PostAsync(string body, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, string? key = "the caller's")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/invoke")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return await _http.SendAsync(request, completion, Ct);
    }

    private async Task<(int Status, JsonElement Json)> InvokeAsync(string body)
    {
        using var answer = await PostAsync(body);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)));
    }
}
