using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tasklight.Agents.Models;
using Tasklight.Agents.Tests.Models;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Whole tasks over the providers' own protocols, against the double of them that others wrote.</summary>
public sealed class ProviderRunTests(SharedServer server, SharedAiMock shared) : IClassFixture<SharedAiMock>
{
    public static TheoryData<string, string> Providers => new() { { "openai", "gpt-4o" }, { "anthropic", "claude-sonnet-4-5" } };

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_task_with_parallel_calls_is_done(string provider, string model)
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"weather","hasToolResult":false},"response":{"toolCalls":[{"id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"},{"id":"call_2","name":"weather","arguments":"{\"city\":\"Rome\"}"}]}}""",
            """{"match":{"userMessage":"weather","hasToolResult":true},"response":{"content":"Oslo is cold and Rome is warm.","usage":{"prompt_tokens":40,"completion_tokens":9,"input_tokens":40,"output_tokens":9}}}""");
        await using var scene = await StartAsync(mock, provider, model, FunctionTools.Of("weather", "The weather.", (string city) => city == "Oslo" ? "cold" : "warm"));

        var task = await scene.CreateTaskAsync("What is the weather like?");
        var events = await AgentScene.EventsAsync(task);

        var ended = events[^1].AsTask()!;
        Assert.Equal((AgentExecutionStatus.Completed, "Oslo is cold and Rome is warm."), (ended.Status, ended.Result));
        Assert.Equal(ended.Result, string.Concat(events.Select(update => update.AsChunk())));
        Assert.Equal(["cold", "warm"], events.Select(update => update.AsToolCallResult()?.Result?.GetString()).OfType<string>().Order(StringComparer.Ordinal));
        Assert.Equal(2, ended.Usage!.ToolCalls);
        Assert.True(ended.Usage.CompletionTokens >= 9);
    }

    [Fact]
    public async Task Thoughts_of_a_task_that_thinks_harder_go_back_to_their_model_with_the_results_of_its_calls()
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"weather","hasToolResult":false},"response":{"reasoning":"I must ask.","reasoningSignature":"signed","redactedThinking":["sealed"],"toolCalls":[{"id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"}]}}""",
            """{"match":{"userMessage":"weather","hasToolResult":true},"response":{"content":"Cold."}}""");
        await using var scene = await StartAsync(mock, "anthropic", "claude-sonnet-4-5", FunctionTools.Of("weather", "The weather.", (string city) => $"{city} is cold"));

        var task = await scene.CreateTaskAsync("What is the weather like?", request => request.ThinkMode = ThinkMode.Harder);
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Cold."), (events[^1].AsTask()!.Status, events[^1].AsTask()!.Result));
        Assert.Contains(events, update => update.Type == TaskEventTypes.Think && update.Data.GetRawText().Contains("I must ask.", StringComparison.Ordinal));
        var requests = (await mock.JournalAsync()).Select(entry => entry.GetProperty("body")).ToList();
        Assert.Equal(2, requests.Count);
        Assert.DoesNotContain(requests, request => request.TryGetProperty("temperature", out _));
    }

    [Fact]
    public async Task A_thought_that_may_not_be_read_goes_back_as_it_came()
    {
        await using var provider = await StubProvider.StartAsync(Thoughtful, StubProvider.SaysAsAnthropic("Cold."));
        await using var scene = await ThinkingSceneAsync(provider, "claude-3-7-sonnet-latest");

        var ended = await scene.RunAsync("What is the weather like?");

        Assert.Equal((AgentExecutionStatus.Completed, "Cold."), (ended.Status, ended.Result));
        var second = provider.Requests[1].Json;
        Assert.Equal("enabled", second.GetProperty("thinking").GetProperty("type").GetString());
        Assert.Equal(
            ["thinking I must ask. signed", "redacted_thinking sealed", "tool_use call_1"],
            second.GetProperty("messages")[1].GetProperty("content").EnumerateArray().Select(Shown));

        static string Shown(JsonElement block) => string.Join(' ', new[] { "type", "thinking", "signature", "data", "id" }
            .Where(name => block.TryGetProperty(name, out _)).Select(name => block.GetProperty(name).GetString()));
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "messages.1.content.0: Invalid `signature` in `thinking` block")]
    [InlineData("claude-opus-4-7", "messages.1.content.0: the conversation before this thinking block was changed")]
    public async Task Thoughts_that_are_not_taken_back_are_left_out_and_do_not_end_the_task(string model, string refusal)
    {
        await using var provider = await StubProvider.StartAsync(
            Thoughtful,
            StubProvider.Status(400, JsonSerializer.Serialize(new { type = "error", error = new { type = "invalid_request_error", message = refusal } })),
            StubProvider.SaysAsAnthropic("Cold."));
        await using var scene = await ThinkingSceneAsync(provider, model);

        var ended = await scene.RunAsync("What is the weather like?");

        Assert.Equal((AgentExecutionStatus.Completed, "Cold.", 3), (ended.Status, ended.Result, provider.Requests.Count));
        Assert.Equal(["tool_use"], provider.Requests[2].Json.GetProperty("messages")[1].GetProperty("content").EnumerateArray().Select(block => block.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("openai", "gpt-4", "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", "response_format")]
    [InlineData("anthropic", "claude-sonnet-4-20250514", "output_config.format: Extra inputs are not permitted", "output_config")]
    public async Task A_form_that_a_model_cannot_be_held_to_is_asked_for_in_words(string provider, string model, string refusal, string field)
    {
        await using var stub = await StubProvider.StartAsync(
            StubProvider.Status(400, JsonSerializer.Serialize(new { error = new { type = "invalid_request_error", message = refusal } })),
            provider == "openai" ? StubProvider.Says("""{"a":"1"}""") : StubProvider.SaysAsAnthropic("""{"a":"1"}"""));
        await using var scene = await AgentScene.CreateAsync(server, new JsonObject
        {
            ["model_provider"] = provider,
            ["model_name"] = model,
            ["llm_api_base"] = stub.Address.ToString(),
            ["llm_credentials"] = new JsonObject { ["name"] = "key", ["value"] = "test-key" },
        });
        scene.Work(new ModelProviders().Open);

        var ended = await scene.RunAsync("Say it.", request =>
        {
            request.OutputFormat = OutputFormat.Json;
            request.OutputSchema = JsonElement.Parse("""{"type":"object","required":["a"],"properties":{"a":{"type":"string"}}}""");
        });

        Assert.Equal((AgentExecutionStatus.Completed, """{"a":"1"}""", 2), (ended.Status, ended.Result, stub.Requests.Count));
        Assert.Equal((true, false), (stub.Requests[0].Json.TryGetProperty(field, out _), stub.Requests[1].Json.TryGetProperty(field, out _)));
        Assert.Contains("JSON Schema", stub.Requests[1].Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Failures_of_the_provider_in_the_middle_of_a_task_pass(string provider, string model)
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"weather","hasToolResult":false},"response":{"toolCalls":[{"id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"}]}}""",
            """{"match":{"userMessage":"weather","hasToolResult":true},"response":{"content":"Cold."}}""");
        await using var scene = await StartAsync(mock, provider, model, FunctionTools.Of("weather", "The weather.", async (string city) =>
        {
            await mock.FailNextAsync(500);
            await mock.FailNextAsync(429);
            return $"{city} is cold";
        }));

        var ended = await AgentScene.EndAsync(await scene.CreateTaskAsync("What is the weather like?"));

        Assert.Equal((AgentExecutionStatus.Completed, "Cold."), (ended.Status, ended.Result));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_stream_that_breaks_off_in_the_middle_of_a_task_is_asked_for_again(string provider, string model)
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"hi","sequenceIndex":0},"response":{"content":"hello there friend"},"truncateAfterChunks":4,"latency":20}""",
            """{"match":{"userMessage":"hi"},"response":{"content":"hello there friend"}}""");
        await using var scene = await StartAsync(mock, provider, model);

        var ended = await AgentScene.EndAsync(await scene.CreateTaskAsync("hi"));

        Assert.Equal((AgentExecutionStatus.Completed, "hello there friend"), (ended.Status, ended.Result));
        Assert.Equal(2, (await mock.JournalAsync()).Count);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_structured_answer_is_repaired(string provider, string model)
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"does not fit the schema"},"response":{"content":"{\"total\": 3}"}}""",
            """{"match":{"userMessage":"count"},"response":{"content":"{\"total\": \"three\"}"}}""");
        await using var scene = await StartAsync(mock, provider, model);

        var ended = await AgentScene.EndAsync(await scene.CreateTaskAsync("count the apples", request =>
        {
            request.OutputFormat = OutputFormat.Json;
            request.OutputSchema = JsonElement.Parse("""{"type":"object","required":["total"],"properties":{"total":{"type":"integer"}}}""");
        }));

        Assert.Equal((AgentExecutionStatus.Completed, """{"total": 3}"""), (ended.Status, ended.Result));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task A_key_that_is_refused_ends_the_task_with_one_sentence(string provider, string model)
    {
        var mock = await shared.WithAsync();
        await mock.FailNextAsync(401, "no such key");
        await using var scene = await StartAsync(mock, provider, model);

        var ended = await AgentScene.EndAsync(await scene.CreateTaskAsync("hi"));

        Assert.Equal(AgentExecutionStatus.Error, ended.Status);
        Assert.Contains("key", ended.Result, StringComparison.Ordinal);
        Assert.DoesNotContain("test-key", ended.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_names_another_provider_does_without_the_agents_key_and_address()
    {
        var mock = await shared.WithAsync("""{"match":{"userMessage":"hi"},"response":{"content":"hello"}}""");
        await using var scene = await StartAsync(mock, "openai", "gpt-4o");

        var other = await scene.RunAsync("hi", request => (request.LlmModelProvider, request.LlmModelName) = ("openrouter", "some/model"));
        var same = await scene.RunAsync("hi", request => (request.LlmModelProvider, request.LlmModelName) = ("OpenAI", "gpt-4o-mini"));

        Assert.Equal(AgentExecutionStatus.Error, other.Status);
        Assert.Contains("set TASKLIGHT_MODELS_OPENROUTER_KEY", other.Result, StringComparison.Ordinal);
        Assert.Contains("The task names openrouter in place of its agent's openai", other.Result, StringComparison.Ordinal);
        Assert.Equal((AgentExecutionStatus.Completed, "hello"), (same.Status, same.Result));
        Assert.Single(await mock.JournalAsync());
    }

    // Thinks, in the open and not, and asks for a call.
    private static Func<HttpContext, Task> Thoughtful { get; } = StubProvider.Events(
        """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"some-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"I must ask."}}""",
        """{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"signed"}}""",
        """{"type":"content_block_stop","index":0}""",
        """{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"sealed"}}""",
        """{"type":"content_block_stop","index":1}""",
        """{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_1","name":"weather","input":{}}}""",
        """{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":\"Oslo\"}"}}""",
        """{"type":"content_block_stop","index":2}""",
        """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":15}}""",
        """{"type":"message_stop"}""");

    private async Task<AgentScene> ThinkingSceneAsync(StubProvider provider, string model)
    {
        var scene = await AgentScene.CreateAsync(server, new JsonObject
        {
            ["model_provider"] = "anthropic",
            ["model_name"] = model,
            ["llm_api_base"] = provider.Address.ToString(),
            ["llm_credentials"] = new JsonObject { ["name"] = "key", ["value"] = "test-key" },
            ["llm_reasoning_effort"] = "high",
            ["llm_settings"] = new JsonObject { ["temperature"] = 0.5 },
        });
        scene.Work(new ModelProviders().Open, FunctionTools.Of("weather", "The weather.", (string city) => $"{city} is cold"));
        return scene;
    }

    private async Task<AgentScene> StartAsync(AiMock mock, string provider, string model, FunctionTools? tools = null)
    {
        var scene = await AgentScene.CreateAsync(server, new JsonObject
        {
            ["model_provider"] = provider,
            ["model_name"] = model,
            ["llm_api_base"] = mock.Address.ToString(),
            ["llm_credentials"] = new JsonObject { ["name"] = "key", ["value"] = "test-key" },
        });
        scene.Work(new ModelProviders(limits: new() { FirstRetryAfter = TimeSpan.FromMilliseconds(1) }).Open, tools);
        return scene;
    }
}
