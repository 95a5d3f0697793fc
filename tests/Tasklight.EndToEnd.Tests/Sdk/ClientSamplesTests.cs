using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The samples about clients, each a process of its own, against the real server; those that need a worker have samples/09-worker.</summary>
public sealed class ClientSamplesTests : IAsyncLifetime
{
    private const string Question = "How many words are in this question?";

    private ServerFixture _server = null!;
    private Configuration _configuration = null!;
    private SampleProcess? _worker;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        _configuration = _server.Configuration(await _server.CreateAgentAsync("word counter"));
    }

    public async ValueTask DisposeAsync()
    {
        _worker?.Dispose();

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task First_task_prints_its_result() =>
        Assert.Equal(["Completed: 7 words"], await RunBesideAWorkerAsync("02-first-task/FirstTask"));

    [Fact]
    public async Task Streaming_shows_each_event_by_its_kind()
    {
        var said = await RunBesideAWorkerAsync("03-streaming/Streaming");

        Assert.Equal(("task_created: Pending", "task_finished: Completed 7 words"), (said[0], said[^1]));
        Assert.Contains("chunk: Counting…", said);
        Assert.Contains($$"""tool_call_request: count_words {"text":"{{Question}}"}""", said);
        Assert.Contains("tool_call_result: count_words answered 7", said);
    }

    [Fact]
    public async Task Lifecycle_goes_through_every_step()
    {
        var said = await SampleProgram.RunAsync("04-lifecycle/Lifecycle", _configuration);

        Assert.Equal(
            [
                "created: Pending, internal status none, result none, stopped by hand False",
                "begun: Executing, internal status none, result none, stopped by hand False",
                "saved: Executing, internal status reading, result none, stopped by hand False",
                "open: read, write",
                "paused: Paused, internal status reading, result none, stopped by hand False",
                "reloaded: Executing, internal status reading, result none, stopped by hand False",
                "ended: Completed, internal status reading, result It is written., stopped by hand False",
                "cost: 150 tokens, used search",
                "stopped: Stopped, internal status none, result none, stopped by hand True",
                "listed Report: Completed, internal status reading, result It is written., stopped by hand False",
                "of dana: Report, Completed",
            ],
            said);
    }

    [Fact]
    public async Task Errors_are_told_by_their_kinds()
    {
        var said = await SampleProgram.RunAsync("05-errors/Errors", _configuration);

        Assert.Collection(
            said,
            line => Assert.StartsWith("a task that is not there: not found. ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("a task that has ended: conflict, invalid_transition. ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("a wrong key: not allowed. ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("a request that is not valid: 422, the server's word. ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("no server: 500, HttpRequestException. ", line, StringComparison.Ordinal),
            line => Assert.Equal("its handler raised: The divisor was zero.", line));
    }

    [Fact]
    public async Task Batch_tells_each_end_and_counts_them()
    {
        var said = await RunBesideAWorkerAsync("06-batch/Batch");

        Assert.Equal(
            ["'one two three four five' Completed: 5 words", "'one two three four' Completed: 4 words", "'one two three' Completed: 3 words", "'one two' Completed: 2 words", "'one' Completed: 1 words"],
            said[..^2].Order(StringComparer.Ordinal));
        Assert.Equal(["5 Completed", "5 completed tasks of agent word counter"], said[^2..]);
    }

    [Fact]
    public async Task Files_reach_the_handler_as_links_text_and_data()
    {
        var said = await SampleProgram.RunAsync("07-files/AttachedFiles", _configuration);

        Assert.Equal(
            ["report.pdf is application/pdf", "logo.png is image/png", "a text file of 3 lines", "message: TextContent, DataContent, DataContent", "The table is in the message."],
            said);
    }

    [Fact]
    public async Task Activity_log_is_read_in_order_and_summed_up()
    {
        var said = await RunBesideAWorkerAsync("08-activity-log/ActivityLog");

        Assert.Equal(6, said.Length);
        Assert.EndsWith($"s  User: {Question}", said[0], StringComparison.Ordinal);
        Assert.EndsWith("answered 7", said[1], StringComparison.Ordinal);
        Assert.EndsWith("s  Agent: 7 words", said[2], StringComparison.Ordinal);
        Assert.Equal(["2 messages, 1 tool calls, 0 of them failed", "tools: count_words (1)", "tokens: 8"], said[3..]);
    }

    [Fact]
    public async Task External_report_is_recorded_once_and_corrected() => Assert.Equal(
        ["reported: Failed, 5, 9 tokens, 1.5 s, calculator", "corrected: Completed, 4, the same record"],
        await SampleProgram.RunAsync("16-external-report/ExternalReport", _configuration));

    [Fact]
    public async Task Dependency_injection_gives_a_web_programs_endpoints_their_client()
    {
        StartWorker();
        var address = new Uri($"http://127.0.0.1:{FreePorts.Take()}");
        using var program = SampleProgram.Start("17-dependency-injection/DependencyInjection", _configuration, "--urls", address.ToString());
        using var http = new HttpClient { BaseAddress = address };

        var asked = await Eventually.IsAsync(() => PostAsync(http, new Uri("/questions?text=one%20two", UriKind.Relative)), "the program listens");
        var answer = await Eventually.IsAsync(
            async () => await http.GetFromJsonAsync<JsonObject>(asked.Headers.Location, Ct) is { } found && (string?)found["status"] == "completed" ? found : null,
            "the question is answered");

        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        Assert.Equal("2 words", (string?)answer["result"]);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/questions/nobody", UriKind.Relative), Ct)).StatusCode);
        await program.LeaveAsync();
    }

    [Fact]
    public async Task Sync_console_does_without_await()
    {
        var said = await RunBesideAWorkerAsync("18-sync-console/SyncConsole");

        Assert.Equal(("task_created", "task_finished"), (said[0], said[^4]));
        Assert.Equal(["Completed: 7 words, 3 entries in its log", "Stopped, half", "2 tasks"], said[^3..]);
    }

    [Fact]
    public async Task Rest_alone_is_enough() => Assert.Equal(
        ["""completed: {"words":7}""", "words: 7", "waited and ran for some time: True", "the same task, next turn: 2 words"],
        await RunBesideAWorkerAsync("19-rest/Rest"));

    private static async Task<HttpResponseMessage?> PostAsync(HttpClient http, Uri path)
    {
        try
        {
            return await http.PostAsync(path, null, Ct);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private Task<string[]> RunBesideAWorkerAsync(string sample)
    {
        StartWorker();
        return SampleProgram.RunAsync(sample, _configuration);
    }

    private void StartWorker() => _worker = SampleProgram.Start("09-worker/WordCounter", _configuration);
}
