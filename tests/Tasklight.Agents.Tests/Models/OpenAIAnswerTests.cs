using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.Agents.Tests.Models;

public sealed class OpenAIAnswerTests
{
    private const string Usage = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":2}}}""";

    [Fact]
    public async Task Text_comes_piece_by_piece_and_usage_at_the_end()
    {
        var updates = await UpdatesAsync(StubProvider.Stream(Text("Hel"), Text("lo"), StubProvider.Chunk("{}", "stop"), Usage, "[DONE]"));

        Assert.Equal(["Hel", "lo"], updates.SelectMany(update => update.Contents).OfType<TextContent>().Select(text => text.Text));
        var usage = Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details;
        Assert.Equal((9, 4, 3, 2), (usage.InputTokenCount, usage.OutputTokenCount, usage.CachedInputTokenCount, usage.ReasoningTokenCount));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task What_other_servers_call_reasoning_is_reasoning(string name)
    {
        var updates = await UpdatesAsync(StubProvider.Stream(StubProvider.Chunk($$"""{"{{name}}":"hm"}"""), Text("so"), StubProvider.Chunk("{}", "stop"), "[DONE]"));

        Assert.Equal("hm", Assert.Single(updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>()).Text);
    }

    [Fact]
    public async Task Parallel_calls_are_put_together_from_their_pieces()
    {
        var updates = await UpdatesAsync(StubProvider.Stream(
            Call(0, "a", """{"name":"add","arguments":""}"""),
            Call(1, "b", """{"name":"sub","arguments":""}"""),
            Call(1, "", """{"arguments":"{\"y\":"}"""),
            Call(0, "", """{"arguments":"{\"x\":1}"}"""),
            Call(1, "", """{"arguments":"2}"}"""),
            StubProvider.Chunk("{}", "tool_calls"),
            "[DONE]"));

        var calls = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().ToList();
        Assert.Equal(["a add {\"x\":1}", "b sub {\"y\":2}"], calls.Select(call => $"{call.CallId} {call.Name} {ToolArguments.Write(call)}"));
        Assert.Equal(ChatFinishReason.ToolCalls, updates[^1].FinishReason);
    }

    [Fact]
    public async Task Calls_that_share_an_index_are_told_apart_by_their_ids()
    {
        var updates = await UpdatesAsync(StubProvider.Stream(
            Call(0, "a", """{"name":"add","arguments":"{}"}"""),
            Call(0, "b", """{"name":"add","arguments":"{}"}"""),
            StubProvider.Chunk("{}", "stop"),
            "[DONE]"));

        Assert.Equal(["a", "b"], updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().Select(call => call.CallId));
    }

    [Theory]
    [InlineData("""{\"a\":tru""")]
    [InlineData("""[1]""")]
    public async Task Broken_arguments_are_the_calls_problem_and_not_the_answers(string arguments)
    {
        var updates = await UpdatesAsync(StubProvider.Stream(
            Call(0, "a", $$"""{"name":"add","arguments":"{{arguments}}"}"""), StubProvider.Chunk("{}", "tool_calls"), "[DONE]"));

        Assert.NotNull(Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>()).Exception);
    }

    private static string Text(string text) => StubProvider.Chunk($$"""{"content":"{{text}}"}""");

    private static string Call(int index, string id, string function) => StubProvider.Chunk($$"""{"tool_calls":[{"index":{{index}},{{Head(id)}}"function":{{function}}}]}""");

    private static string Head(string id) => id.Length == 0 ? "" : $"\"id\":\"{id}\",\"type\":\"function\",";

    private static async Task<List<ChatResponseUpdate>> UpdatesAsync(Func<HttpContext, Task> answer)
    {
        await using var stub = await StubProvider.StartAsync(answer);
        using var providers = Opened.Providers();
        return await providers.Open(Opened.At(stub)).GetStreamingResponseAsync("hi").ToListAsync();
    }
}
