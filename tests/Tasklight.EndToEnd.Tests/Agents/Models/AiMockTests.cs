using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Models over a double of the providers that others wrote: the same scenarios with OpenAI's API, with Anthropic's, and with those who speak OpenAI's.</summary>
public sealed class AiMockTests(SharedAiMock shared) : IClassFixture<SharedAiMock>
{
    private const string Hello = """{"match":{"userMessage":"hi"},"response":{"content":"hello there friend"}}""";

    private static readonly AIFunctionDeclaration Add = AIFunctionFactory.CreateDeclaration(
        "add", "Adds one.", JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"integer"}}}""").RootElement);

    private static readonly ModelLimits Quick = new() { FirstRetryAfter = TimeSpan.FromMilliseconds(1), LongestRetryAfter = TimeSpan.FromSeconds(5) };

    public static TheoryData<string, string> Providers => new()
    {
        { "openai", "gpt-4o" },
        { "anthropic", "claude-sonnet-4-5" },
        { "openrouter", "meta-llama/llama-3.3-70b" },
        { "vllm", "qwen3" },
        { "somebody", "their-model" },
    };

    public static TheoryData<string, string> Both => new() { { "openai", "gpt-4o" }, { "anthropic", "claude-sonnet-4-5" } };

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task An_answer_is_streamed_in_pieces(string provider, string model)
    {
        var mock = await shared.WithAsync("""{"match":{"userMessage":"hi"},"response":{"content":"hello there friend","usage":{"prompt_tokens":11,"completion_tokens":7,"input_tokens":11,"output_tokens":7}}}""");
        using var providers = new ModelProviders(limits: Quick);

        var updates = await providers.Open(mock.Choice(provider, model)).GetStreamingResponseAsync("hi").ToListAsync();

        Assert.Equal("hello there friend", string.Concat(updates.Select(update => update.Text)));
        Assert.True(updates.Count(update => update.Text.Length > 0) > 1);
        var response = updates.ToChatResponse();
        Assert.Equal((11, 7), (response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount));
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Parallel_tool_calls_and_their_results_go_round(string provider, string model)
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"add","hasToolResult":false},"response":{"toolCalls":[{"id":"call_1","name":"add","arguments":"{\"a\":1}"},{"id":"call_2","name":"add","arguments":"{\"a\":2}"}]}}""",
            """{"match":{"userMessage":"add","hasToolResult":true},"response":{"content":"two and three"}}""");
        using var providers = new ModelProviders(limits: Quick);
        var client = providers.Open(mock.Choice(provider, model));
        var messages = new List<ChatMessage> { new(ChatRole.System, "You add."), new(ChatRole.User, "add") };

        var asked = await client.GetResponseAsync(messages, new() { Tools = [Add] });
        var calls = asked.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
        messages.AddRange(asked.Messages);
        messages.Add(new(ChatRole.Tool, [.. calls.Select(call => new FunctionResultContent(call.CallId, "done"))]));
        var answer = await client.GetResponseAsync(messages, new() { Tools = [Add] });

        Assert.Equal(["call_1 {\"a\":1}", "call_2 {\"a\":2}"], calls.Select(call => $"{call.CallId} {ToolArguments.Write(call)}"));
        Assert.Equal(ChatFinishReason.ToolCalls, asked.FinishReason);
        Assert.Equal("two and three", answer.Text);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Injected_failures_pass_when_asked_again(string provider, string model)
    {
        var mock = await shared.WithAsync(Hello);
        await mock.FailNextAsync(500);
        await mock.FailNextAsync(503);
        await mock.FailNextAsync(429);
        using var providers = new ModelProviders(limits: Quick);

        Assert.Equal("hello there friend", (await providers.Open(mock.Choice(provider, model)).GetResponseAsync("hi")).Text);
        Assert.Equal(4, (await mock.JournalAsync()).Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_rate_limit_with_a_wait_is_waited_for(string provider, string model)
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"hi","sequenceIndex":0},"response":{"error":{"message":"slow down","type":"rate_limit_error"},"status":429,"retryAfter":1}}""",
            Hello);
        using var providers = new ModelProviders(limits: Quick);
        var since = TimeProvider.System.GetTimestamp();

        Assert.Equal("hello there friend", (await providers.Open(mock.Choice(provider, model)).GetResponseAsync("hi")).Text);
        Assert.True(TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(0.9));
    }

    [Theory]
    [InlineData("openai", 401, "invalid_api_key", "no", ModelFailure.KeyRefused)]
    [InlineData("anthropic", 401, "authentication_error", "invalid key", ModelFailure.KeyRefused)]
    [InlineData("openai", 404, "model_not_found", "The model does not exist", ModelFailure.UnknownModel)]
    [InlineData("anthropic", 404, "not_found_error", "model: gpt-4o", ModelFailure.UnknownModel)]
    [InlineData("openai", 400, "context_length_exceeded", "This model's maximum context length is 10 tokens", ModelFailure.ContextTooLong)]
    [InlineData("anthropic", 400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum", ModelFailure.ContextTooLong)]
    [InlineData("anthropic", 529, "overloaded_error", "Overloaded", ModelFailure.Unavailable)]
    public async Task A_refusal_is_of_its_kind(string provider, int status, string type, string message, ModelFailure expected)
    {
        var mock = await shared.WithAsync(JsonSerializer.Serialize(new { match = new { userMessage = "hi" }, response = new { error = new { message, type, code = type }, status } }));
        using var providers = new ModelProviders(limits: Quick);

        var failure = await Assert.ThrowsAsync<ModelException>(() => providers.Open(mock.Choice(provider)).GetResponseAsync("hi"));

        Assert.Equal((expected, status), (failure.Failure, failure.Status));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task A_stream_that_breaks_in_its_middle_is_a_broken_answer_and_is_not_repeated(string provider, string model)
    {
        var mock = await shared.WithAsync("""{"match":{"userMessage":"hi"},"response":{"content":"hello there friend"},"truncateAfterChunks":4,"latency":20}""");
        using var providers = new ModelProviders(limits: Quick);
        var text = "";

        var failure = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (var update in providers.Open(mock.Choice(provider, model)).GetStreamingResponseAsync("hi"))
                text += update.Text;
        });

        Assert.Equal(ModelFailure.BrokenAnswer, failure.Failure);
        Assert.StartsWith("hello", text, StringComparison.Ordinal);
        Assert.Single(await mock.JournalAsync());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task An_answer_that_is_no_json_is_broken(string provider, string model)
    {
        var mock = await shared.WithAsync("""{"match":{"userMessage":"hi"},"response":{"content":"x"},"chaos":{"malformedRate":1}}""");
        using var providers = new ModelProviders(limits: Quick with { Attempts = 2 });

        var failure = await Assert.ThrowsAsync<ModelException>(() => providers.Open(mock.Choice(provider, model)).GetResponseAsync("hi"));

        Assert.Equal(ModelFailure.BrokenAnswer, failure.Failure);
        Assert.Equal(2, (await mock.JournalAsync()).Count);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task Images_and_documents_are_taken(string provider, string model)
    {
        var mock = await shared.WithAsync("""{"match":{"userMessage":"look"},"response":{"content":"seen"}}""");
        using var providers = new ModelProviders(limits: Quick);
        var message = new ChatMessage(ChatRole.User, [new TextContent("look"), new DataContent(new byte[] { 1 }, "image/png"), new DataContent(new byte[] { 2 }, "application/pdf") { Name = "a.pdf" }]);

        Assert.Equal("seen", (await providers.Open(mock.Choice(provider, model)).GetResponseAsync([message])).Text);
    }

    [Fact]
    public async Task Thoughts_are_apart_from_the_answer()
    {
        var mock = await shared.WithAsync("""{"match":{"userMessage":"hi"},"response":{"content":"so","reasoning":"hm","reasoningSignature":"sig"}}""");
        using var providers = new ModelProviders(limits: Quick);

        var answer = await providers.Open(mock.Choice("anthropic", "claude-opus-4-7") with { Effort = "high" }).GetResponseAsync("hi");

        Assert.Equal("so", answer.Text);
        var thought = Assert.Single(answer.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>());
        Assert.Equal(("hm", "sig"), (thought.Text, thought.ProtectedData));
    }
}
