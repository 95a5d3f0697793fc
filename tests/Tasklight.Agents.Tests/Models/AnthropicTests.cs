using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.Agents.Tests.Models;

public sealed class AnthropicTests
{
    private const string Start = """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"model":"claude","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1,"cache_read_input_tokens":5}}}""";
    private const string End = """{"type":"message_stop"}""";

    [Fact]
    public async Task A_request_says_all_that_the_choice_says()
    {
        var request = await SentAsync(choice => choice with { Name = "claude-opus-4-7", Effort = "high", MaxTokens = 4321, Headers = new Dictionary<string, string> { ["X-Team"] = "a" } }, new(ChatRole.User, "hi"));

        Assert.Equal("/v1/messages", request.Path);
        Assert.Equal("a", request.Headers["X-Team"]);
        Assert.Contains("secret-key", string.Join(' ', request.Headers.Values));
        Assert.Equal(("Bearer secret-key", "secret-key", "86400"), (request.Headers["Authorization"], request.Headers["x-api-key"], request.Headers["X-Stainless-Timeout"]));
        Assert.Equal("high", request.Json.GetProperty("output_config").GetProperty("effort").GetString());
        Assert.Equal(4321, request.Json.GetProperty("max_tokens").GetInt32());
    }

    [Theory]
    [InlineData("claude-sonnet-4-5")]
    [InlineData("claude-opus-4-7")]
    public async Task A_temperature_is_sent_as_the_choice_has_it(string model)
    {
        var request = await SentAsync(choice => choice with { Name = model, Temperature = 0.25f }, new(ChatRole.User, "hi"));

        Assert.Equal(0.25, request.Json.GetProperty("temperature").GetDouble());
        Assert.Equal((model, 32_000, 1), (request.Json.GetProperty("model").GetString(), request.Json.GetProperty("max_tokens").GetInt32(), request.Json.GetProperty("messages").GetArrayLength()));
    }

    [Theory]
    [InlineData("claude-3-5-haiku-latest", 8_192)]
    [InlineData("claude-sonnet-4-5", 32_000)]
    public async Task A_model_that_takes_no_effort_is_told_none_and_has_its_own_limit(string model, int limit)
    {
        var request = await SentAsync(choice => choice with { Name = model, Effort = "medium" }, new(ChatRole.User, "hi"));

        Assert.False(request.Json.TryGetProperty("output_config", out _));
        Assert.False(request.Json.TryGetProperty("thinking", out _));
        Assert.Equal(limit, request.Json.GetProperty("max_tokens").GetInt32());
    }

    [Theory]
    [InlineData("claude-3-7-sonnet-20250219", "high", 16_384)]
    [InlineData("claude-opus-4-1-20250805", "high", 16_384)]
    [InlineData("claude-opus-4-5", "xhigh", 24_000)]
    [InlineData("claude-sonnet-4-20250514", "xhigh", 24_000)]
    [InlineData("claude-sonnet-4-5", "High", 16_384)]
    [InlineData("claude-haiku-4-5", "high", 16_384)]
    public async Task A_model_that_thinks_by_a_budget_gets_one_that_leaves_room_for_the_answer_and_no_temperature(string model, string effort, int budget)
    {
        var request = await SentAsync(choice => choice with { Name = model, Effort = effort, Temperature = 0.25f }, new(ChatRole.User, "hi"));

        var thinking = request.Json.GetProperty("thinking");
        Assert.Equal(("enabled", budget), (thinking.GetProperty("type").GetString(), thinking.GetProperty("budget_tokens").GetInt32()));
        Assert.True(request.Json.GetProperty("max_tokens").GetInt32() > budget);
        Assert.False(request.Json.TryGetProperty("output_config", out _));
        Assert.False(request.Json.TryGetProperty("temperature", out _));
    }

    [Theory]
    [InlineData("claude-3-5-haiku-latest", "xhigh", null)]
    [InlineData("claude-sonnet-4-5", "none", null)]
    [InlineData("claude-sonnet-4-5", "low", null)]
    [InlineData("claude-sonnet-4-5", "high", 1_300)]
    public async Task A_model_that_does_not_think_or_has_no_room_for_it_is_told_no_budget(string model, string effort, int? maxTokens)
    {
        var request = await SentAsync(choice => choice with { Name = model, Effort = effort, MaxTokens = maxTokens, Temperature = 0.25f }, new(ChatRole.User, "hi"));

        Assert.False(request.Json.TryGetProperty("thinking", out _));
        Assert.False(request.Json.TryGetProperty("output_config", out _));
        Assert.Equal(0.25, request.Json.GetProperty("temperature").GetDouble());
    }

    [Fact]
    public async Task A_budget_keeps_to_the_limit_of_the_choice()
    {
        var request = await SentAsync(choice => choice with { Effort = "xhigh", MaxTokens = 4_000 }, new(ChatRole.User, "hi"));

        Assert.Equal((4_000, 3_000), (request.Json.GetProperty("max_tokens").GetInt32(), request.Json.GetProperty("thinking").GetProperty("budget_tokens").GetInt32()));
    }

    [Theory]
    [InlineData("sig", true)]
    [InlineData(null, false)]
    public async Task While_calls_of_a_turn_are_answered_it_is_thought_on_only_where_the_turn_began_with_a_thought(string? signature, bool thinks)
    {
        ChatMessage[] messages =
        [
            new(ChatRole.User, "add"),
            new(ChatRole.Assistant, [new TextReasoningContent("hm") { ProtectedData = signature }, new FunctionCallContent("t", "add", new Dictionary<string, object?>())]),
            new(ChatRole.Tool, [new FunctionResultContent("t", "1")]),
            new(ChatRole.Assistant, [new FunctionCallContent("u", "add", new Dictionary<string, object?>())]),
            new(ChatRole.Tool, [new FunctionResultContent("u", "2")]),
        ];

        var request = await SentForAsync(choice => choice with { Effort = "high" }, messages);

        Assert.Equal(thinks, request.Json.TryGetProperty("thinking", out _));
        var thought = request.Json.GetProperty("messages")[1].GetProperty("content")[0];
        Assert.Equal(("thinking", "hm", signature ?? ""), (thought.GetProperty("type").GetString(), thought.GetProperty("thinking").GetString(), thought.GetProperty("signature").GetString()));
    }

    [Fact]
    public async Task Documents_go_as_they_are_and_what_cannot_be_read_is_named()
    {
        var request = await SentAsync(choice => choice, new(ChatRole.User,
        [
            new TextContent("look"),
            new UriContent("https://example.org/a.pdf", "application/pdf"),
            new DataContent(new byte[] { 3, 4 }, "application/zip") { Name = "a.zip" },
        ]));

        var parts = request.Json.GetProperty("messages")[0].GetProperty("content").EnumerateArray().ToList();
        Assert.Equal(["text", "document", "text"], parts.Select(part => part.GetProperty("type").GetString()));
        Assert.Equal("[File a.zip, application/zip, 2 bytes: this model cannot read it]", parts[2].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Broken_arguments_are_the_calls_problem_and_not_the_answers()
    {
        var answer = await AnswerAsync(StubProvider.Events(
            Start,
            """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"add","input":{}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\": tru"}}""",
            """{"type":"content_block_stop","index":0}""",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":15}}""",
            End));

        var call = Assert.Single(answer.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("t", "add"), (call.CallId, call.Name));
        Assert.NotNull(call.Exception);
        Assert.Equal((30, 15, 5), (answer.Usage?.InputTokenCount, answer.Usage?.OutputTokenCount, answer.Usage?.CachedInputTokenCount));
    }

    [Theory]
    [InlineData("overloaded_error", "Overloaded", ModelFailure.Unavailable)]
    [InlineData("rate_limit_error", "slow down", ModelFailure.RateLimited)]
    [InlineData("invalid_request_error", "prompt is too long: 9 > 8", ModelFailure.ContextTooLong)]
    [InlineData("authentication_error", "no", ModelFailure.KeyRefused)]
    public async Task An_error_within_a_stream_is_of_its_kind(string type, string message, ModelFailure expected)
    {
        var error = JsonSerializer.Serialize(new { type = "error", error = new { type, message } });

        var failure = await Opened.FailsAsync(() => AnswerAsync(StubProvider.Events(error)));

        Assert.Equal(expected, failure.Failure);
    }

    [Fact]
    public async Task An_answer_that_ends_in_its_middle_is_broken()
    {
        var failure = await Opened.FailsAsync(() => AnswerAsync(StubProvider.Events(
            Start, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}""")));

        Assert.Equal(ModelFailure.BrokenAnswer, failure.Failure);
    }

    private static Task<ChatResponse> AnswerAsync(Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer) => AskAsync(answer, choice => choice, [new(ChatRole.User, "hi")], _ => { });

    private static Task<StubRequest> SentAsync(Func<ModelChoice, ModelChoice> change, ChatMessage message) => SentForAsync(change, message);

    private static async Task<StubRequest> SentForAsync(Func<ModelChoice, ModelChoice> change, params ChatMessage[] messages)
    {
        StubRequest? sent = null;
        await AskAsync(
            StubProvider.Events(
                Start,
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"x"}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}""",
                End),
            change,
            messages,
            request => sent = request);
        return sent!;
    }

    private static async Task<ChatResponse> AskAsync(
        Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer, Func<ModelChoice, ModelChoice> change, ChatMessage[] messages, Action<StubRequest> sent)
    {
        await using var stub = await StubProvider.StartAsync(answer);
        using var providers = Opened.Providers();
        var response = await providers.Open(change(Opened.At(stub, "anthropic", "claude-sonnet-4-5"))).GetResponseAsync(messages);
        sent(stub.Requests[0]);
        return response;
    }
}
