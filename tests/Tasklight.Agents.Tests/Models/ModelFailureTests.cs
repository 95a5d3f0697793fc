using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.EndToEnd.Tests;
using Tasklight.Server.Tests;

namespace Tasklight.Agents.Tests.Models;

public sealed class ModelFailureTests
{
    private const string Overloaded = """{"error":{"message":"Try later","type":"server_error"}}""";

    [Theory]
    [InlineData(401, """{"error":{"message":"Incorrect API key provided: secret-key","code":"invalid_api_key"}}""", ModelFailure.KeyRefused)]
    [InlineData(403, "<html>no</html>", ModelFailure.KeyRefused)]
    [InlineData(404, """{"error":{"message":"The model `x` does not exist","code":"model_not_found"}}""", ModelFailure.UnknownModel)]
    [InlineData(404, """{"error":"model 'x' not found, try pulling it first"}""", ModelFailure.UnknownModel)]
    [InlineData(404, """{"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}}""", ModelFailure.UnknownModel)]
    [InlineData(400, """{"error":{"message":"This model's maximum context length is 128000 tokens.","code":"context_length_exceeded"}}""", ModelFailure.ContextTooLong)]
    [InlineData(400, """{"object":"error","message":"This model's maximum context length is 4096 tokens."}""", ModelFailure.ContextTooLong)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""", ModelFailure.ContextTooLong)]
    [InlineData(413, "", ModelFailure.ContextTooLong)]
    [InlineData(400, """{"error":{"message":"Invalid 'tools[5].function.description': string too long. Expected a string with maximum length 1024.","code":"string_above_max_length"}}""", ModelFailure.Refused)]
    [InlineData(400, """{"error":{"message":"Unsupported value: 'temperature'","type":"invalid_request_error"}}""", ModelFailure.Refused)]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}""", ModelFailure.Refused)]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}""", ModelFailure.Refused)]
    [InlineData(302, "", ModelFailure.Refused)]
    public async Task A_refusal_is_told_once_and_in_one_sentence(int status, string body, ModelFailure expected)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Status(status, body));
        using var providers = Opened.Providers();

        var failure = await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub)));

        Assert.Equal((expected, status), (failure.Failure, failure.Status));
        Assert.Single(stub.Requests);
        Assert.DoesNotContain("secret-key", failure.ToString());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(529)]
    public async Task What_may_pass_is_tried_again(int status)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Status(status, Overloaded), StubProvider.Status(status, Overloaded), StubProvider.Says("at last"));
        using var providers = Opened.Providers();

        Assert.Equal("at last", (await providers.AskAsync(Opened.At(stub))).Text);
        Assert.Equal(3, stub.Requests.Count);
        Assert.All(stub.Requests, request => Assert.Equal(stub.Requests[0].Body, request.Body));
    }

    [Fact]
    public async Task Attempts_end_and_the_failure_says_how_many_there_were()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Status(500, Overloaded));
        using var providers = Opened.Providers();

        var failure = await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub)));

        Assert.Equal("openai/gpt-4o failed with 500: Try later This was attempt 5.", failure.Message);
        Assert.Equal(5, stub.Requests.Count);
    }

    [Fact]
    public async Task A_provider_that_asks_for_a_longer_wait_than_allowed_is_not_asked_again()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Status(429, "{}", ("Retry-After", "3600")));
        using var providers = Opened.Providers();

        var failure = await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub)));

        Assert.Equal((ModelFailure.RateLimited, TimeSpan.FromHours(1)), (failure.Failure, failure.RetryAfter));
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_first_text_is_made_again()
    {
        await using var stub = await StubProvider.StartAsync(
            StubProvider.Broken(StubProvider.Chunk("""{"role":"assistant","content":""}""")),
            StubProvider.Stream("[DONE]"),
            StubProvider.Stream("{nonsense"),
            StubProvider.Says("at last"));
        using var providers = Opened.Providers();

        Assert.Equal("at last", (await providers.AskAsync(Opened.At(stub))).Text);
        Assert.Equal(4, stub.Requests.Count);
    }

    [Fact]
    public async Task Nothing_is_asked_again_behind_the_first_text()
    {
        var seen = new TaskCompletionSource();
        await using var stub = await StubProvider.StartAsync(
            async context =>
            {
                await StubProvider.Stream(StubProvider.Chunk("""{"content":"Hel"}"""))(context);
                await seen.Task;
                context.Abort();
            },
            StubProvider.Says("again"));
        using var providers = Opened.Providers();
        var text = "";

        var failure = await Opened.FailsAsync(async () =>
        {
            await foreach (var update in providers.Open(Opened.At(stub)).GetStreamingResponseAsync("hi"))
            {
                text += update.Text;
                seen.TrySetResult();
            }
        });

        Assert.Equal((ModelFailure.BrokenAnswer, true), (failure.Failure, failure.IsPassing));
        Assert.Equal("Hel", text);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task An_answer_that_ends_in_its_middle_is_broken()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Stream(StubProvider.Chunk("""{"content":"Hel"}""")));
        using var providers = Opened.Providers();

        Assert.Equal(ModelFailure.BrokenAnswer, (await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub)))).Failure);
    }

    [Fact]
    public async Task An_error_within_a_stream_is_that_error()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Stream("""{"error":{"message":"maximum context length is 10","code":400}}"""));
        using var providers = Opened.Providers();

        Assert.Equal(ModelFailure.ContextTooLong, (await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub)))).Failure);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_and_named()
    {
        var choice = new ModelChoice("openai", "gpt-4o") { Address = new($"http://127.0.0.1:{FreePorts.Take()}"), Key = "secret-key" };
        using var providers = Opened.Providers();

        var failure = await Opened.FailsAsync(() => providers.AskAsync(choice));

        Assert.Equal(ModelFailure.Unavailable, failure.Failure);
        Assert.Contains("127.0.0.1", failure.Message);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_server_that_falls_silent_is_given_up(string provider)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Silent);
        var clock = new TestClock();
        using var providers = Opened.Providers(new() { Attempts = 1, Silence = TimeSpan.FromSeconds(90) }, clock);

        var asking = providers.AskAsync(Opened.At(stub, provider));
        await Eventually.HoldsAsync(() => stub.Requests.Count > 0, "the question has come");
        await clock.AdvanceUntilAsync(asking, TimeSpan.FromSeconds(90));
        var failure = await Opened.FailsAsync(() => asking);

        Assert.Single(stub.Requests);
        Assert.Equal((ModelFailure.Unavailable, $"Nothing came from {provider}/gpt-4o for 90 s."), (failure.Failure, failure.Message));
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task A_cancelled_request_is_cancelled_and_nothing_else(string provider)
    {
        using var cancel = new CancellationTokenSource();
        await using var stub = await StubProvider.StartAsync(async context =>
        {
            await cancel.CancelAsync();
            await StubProvider.Silent(context);
        });
        using var providers = Opened.Providers();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => providers.Open(Opened.At(stub, provider)).GetResponseAsync("hi", cancellationToken: cancel.Token));

        Assert.Single(stub.Requests);
    }

    [Theory]
    [InlineData("openai", "", "data: 1234567\n\n", "of events that mean nothing")]
    [InlineData("openai", "data: ", "1234567", "of one line without end")]
    [InlineData("anthropic", "", ": 1234567\n\n", "of comments")]
    [InlineData("anthropic", "data: ", "1234567", "of one line without end")]
    public async Task An_answer_without_end_does_not_take_the_memory(string provider, string before, string piece, string why)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Endless(before, piece));
        using var providers = Opened.Providers(new() { Attempts = 1, MaxAnswerBytes = 256 * 1024 });

        var failure = await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub, provider)));

        Assert.True(failure.Failure is ModelFailure.AnswerTooLarge or ModelFailure.BrokenAnswer, why + ": " + failure);
    }

    [Fact]
    public async Task A_hundred_megabytes_of_text_are_not_read_to_their_end()
    {
        var piece = "data: " + StubProvider.Chunk($$"""{"content":"{{new string('x', 20_000)}}"}""") + "\n\n";
        await using var stub = await StubProvider.StartAsync(StubProvider.Endless("", piece));
        using var providers = Opened.Providers();
        var read = 0L;

        var failure = await Opened.FailsAsync(async () =>
        {
            await foreach (var update in providers.Open(Opened.At(stub)).GetStreamingResponseAsync("hi"))
                read += update.Text.Length;
        });

        Assert.Equal(ModelFailure.AnswerTooLarge, failure.Failure);
        Assert.InRange(read, 1, 8 * 1024 * 1024);
    }

    [Theory]
    [InlineData("openai", "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"pay\",\"arguments\":\"", "\"}}]}}]}")]
    [InlineData("anthropic", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"", "\"}}")]
    public async Task Arguments_of_a_call_are_counted_before_it_is_whole(string provider, string before, string after)
    {
        const int Most = 8 * 1024 * 1024;
        var sent = 0L;
        var piece = Encoding.UTF8.GetBytes($"event: content_block_delta\ndata: {before}{new string('x', 20_000)}{after}\n\n");
        await using var stub = await StubProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            if (provider == "anthropic")
                await context.Response.WriteAsync("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"pay\",\"input\":{}}}\n\n");
            // As a whole a stream may be sixteen times as large: where the arguments are not counted, it ends here as a broken answer. What is written when the caller has left counts, too.
            for (; sent < 8 * Most && !context.RequestAborted.IsCancellationRequested; sent += piece.Length)
                await context.Response.Body.WriteAsync(piece);
        });
        using var providers = Opened.Providers();

        var failure = await Opened.FailsAsync(() => providers.AskAsync(Opened.At(stub, provider)));

        Assert.Equal(ModelFailure.AnswerTooLarge, failure.Failure);
        Assert.True(sent >= Most, $"{sent} bytes were enough");
    }

    [Fact]
    public async Task A_wrong_key_of_the_settings_is_not_sent_elsewhere_and_the_refusal_says_why()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Status(401, "{}"));
        using var providers = new ModelProviders(Opened.Settings(("OPENAI_API_KEY", "operators")), Opened.Quick);

        var failure = await Opened.FailsAsync(() => providers.AskAsync(new("openai", "gpt-4o") { Address = stub.Address }));

        Assert.Contains("a key of the settings goes only to the address of the settings (TASKLIGHT_MODELS_OPENAI_URL)", failure.Message);
        Assert.False(stub.Requests[0].Headers.ContainsKey("Authorization"));
    }
}
