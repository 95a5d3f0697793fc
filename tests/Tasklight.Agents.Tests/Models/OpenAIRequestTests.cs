using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;

namespace Tasklight.Agents.Tests.Models;

public sealed class OpenAIRequestTests
{
    private static readonly AIFunctionDeclaration Add = AIFunctionFactory.CreateDeclaration(
        "add", "Adds.", JsonDocument.Parse("""{"type":"object","properties":{"a":{"type":"integer"}}}""").RootElement);

    [Fact]
    public async Task A_request_says_all_that_the_choice_and_the_options_say()
    {
        var request = await SentAsync(
            choice => choice with { Name = "gpt-5.2", Effort = "xhigh", Temperature = 0.5f, MaxTokens = 99, Headers = new Dictionary<string, string> { ["X-Team"] = "a" } },
            [new(ChatRole.System, "be brief"), new(ChatRole.User, "hi")],
            new() { Tools = [Add], AllowMultipleToolCalls = true, ResponseFormat = Microsoft.Extensions.AI.ChatResponseFormat.ForJsonSchema(Add.JsonSchema, "out") });

        var body = request.Json;
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("Bearer secret-key", request.Headers["Authorization"]);
        Assert.Equal("a", request.Headers["X-Team"]);
        Assert.Equal("gpt-5.2", body.GetProperty("model").GetString());
        Assert.Equal("xhigh", body.GetProperty("reasoning_effort").GetString());
        Assert.Equal(0.5, body.GetProperty("temperature").GetDouble());
        Assert.Equal(99, body.GetProperty("max_completion_tokens").GetInt32());
        Assert.True(body.GetProperty("stream").GetBoolean());
        Assert.True(body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.True(body.GetProperty("parallel_tool_calls").GetBoolean());
        Assert.Equal("add", body.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("out", body.GetProperty("response_format").GetProperty("json_schema").GetProperty("name").GetString());
        Assert.Equal(["system", "user"], body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
    }

    [Theory]
    [InlineData("gpt-4o", "high", null)]
    [InlineData("gpt-5", "xhigh", "high")]
    [InlineData("o3", "medium", "medium")]
    [InlineData("somebodys-model", "medium", null)]
    [InlineData("somebodys-model", "high", "high")]
    public async Task Effort_is_told_to_models_that_can_take_it(string model, string effort, string? told)
    {
        var request = await SentAsync(choice => choice with { Name = model, Effort = effort }, [new(ChatRole.User, "hi")]);

        Assert.Equal(told, request.Json.TryGetProperty("reasoning_effort", out var sent) ? sent.GetString() : null);
    }

    [Fact]
    public async Task Others_than_openai_are_told_the_older_name_of_the_limit()
    {
        var request = await SentAsync(choice => choice with { Provider = "ollama", MaxTokens = 7 }, [new(ChatRole.User, "hi")]);

        Assert.Equal(7, request.Json.GetProperty("max_tokens").GetInt32());
        Assert.False(request.Json.TryGetProperty("max_completion_tokens", out _));
    }

    [Theory]
    [InlineData("/?api-version=preview", "/openai/v1/chat/completions?api-version=preview")]
    [InlineData("/openai/deployments/mine/chat/completions?api-version=2024-10-21", "/openai/deployments/mine/chat/completions?api-version=2024-10-21")]
    public async Task Azure_gets_its_header_and_the_query_of_its_address(string address, string asked)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("x"));
        using var providers = Opened.Providers();

        await providers.AskAsync(Opened.At(stub, "azure") with { Address = new(stub.Address, address) });

        Assert.Equal(asked, stub.Requests[0].Path);
        Assert.Equal("secret-key", stub.Requests[0].Headers["api-key"]);
        Assert.False(stub.Requests[0].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_server_without_a_key_is_sent_none()
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("x"));
        using var providers = Opened.Providers();

        await providers.AskAsync(Opened.At(stub, "vllm") with { Key = null });

        Assert.False(stub.Requests[0].Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Attachments_go_as_what_they_are_and_what_cannot_be_read_is_named()
    {
        var request = await SentAsync(choice => choice, [new(ChatRole.User,
        [
            new TextContent("look"),
            new DataContent(new byte[] { 1 }, "image/png"),
            new UriContent("https://example.org/a.jpg", "image/jpeg"),
            new DataContent(new byte[] { 2 }, "application/pdf") { Name = "a.pdf" },
            new DataContent("a;b"u8.ToArray(), "text/csv") { Name = "a.csv" },
            new DataContent(new byte[] { 3, 4 }, "application/zip") { Name = "a.zip" },
        ])]);

        var parts = request.Json.GetProperty("messages")[0].GetProperty("content").EnumerateArray().ToList();
        Assert.Equal(["text", "image_url", "image_url", "file", "text", "text"], parts.Select(part => part.GetProperty("type").GetString()));
        Assert.Equal("data:image/png;base64,AQ==", parts[1].GetProperty("image_url").GetProperty("url").GetString());
        Assert.Equal("a.pdf", parts[3].GetProperty("file").GetProperty("filename").GetString());
        Assert.Equal("[File a.csv, text/csv]\na;b", parts[4].GetProperty("text").GetString());
        Assert.Equal("[File a.zip, application/zip, 2 bytes: this model cannot read it]", parts[5].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 1 }, "image/png", "image/jpeg")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "image/jpeg", "image/png")]
    [InlineData(new byte[] { 0x47, 0x49, 0x46, 0x38 }, "image/png", "image/gif")]
    [InlineData(new byte[] { 0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50 }, "image/jpeg", "image/webp")]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 1 }, "image/jpeg", "image/jpeg")]
    [InlineData(new byte[] { 7 }, "image/png", "image/png")]
    public async Task An_image_is_called_what_it_is_whatever_its_link_ends_in(byte[] bytes, string called, string type)
    {
        var request = await SentAsync(choice => choice, [new(ChatRole.User, [new DataContent(bytes, called)])]);

        var url = request.Json.GetProperty("messages")[0].GetProperty("content")[0].GetProperty("image_url").GetProperty("url").GetString();
        Assert.StartsWith($"data:{type};base64,", url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("azure", 1_024)]
    [InlineData("openai", 3_000)]
    public async Task Descriptions_of_tools_are_cut_where_a_provider_refuses_longer_ones(string provider, int length)
    {
        var tool = AIFunctionFactory.CreateDeclaration("t", new string('x', 3_000), JsonElement.Parse("""{"type":"object","properties":{}}"""));

        var request = await SentAsync(choice => choice with { Provider = provider }, [new(ChatRole.User, "hi")], new() { Tools = [tool] });

        Assert.InRange(request.Json.GetProperty("tools")[0].GetProperty("function").GetProperty("description").GetString()!.Length, length - 60, length);
    }

    [Fact]
    public async Task Calls_and_their_results_go_back_with_their_ids()
    {
        var request = await SentAsync(choice => choice,
        [
            new(ChatRole.User, "go"),
            new(ChatRole.Assistant, [new TextReasoningContent("hm"), new TextContent("so"), new FunctionCallContent("1", "add", new Dictionary<string, object?> { ["a"] = 1 }), ToolArguments.Read("2", "add", "no json")]),
            new(ChatRole.Tool, [new FunctionResultContent("1", JsonDocument.Parse("""{"sum":2}""").RootElement)]),
            new(ChatRole.Tool, [new FunctionResultContent("2", new List<AIContent> { new TextContent("a picture"), new DataContent(new byte[] { 1 }, "image/png") })]),
            new(ChatRole.User, "on"),
        ]);

        var messages = request.Json.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["user", "assistant", "tool", "tool", "user", "user"], messages.Select(message => message.GetProperty("role").GetString()));
        var calls = messages[1].GetProperty("tool_calls");
        Assert.Equal("""{"a":1}""", calls[0].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("""{"broken_arguments":"no json"}""", calls[1].GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal("""{"sum":2}""", messages[2].GetProperty("content").GetString());
        Assert.Equal("a picture", messages[3].GetProperty("content").GetString());
        Assert.Equal("image_url", messages[4].GetProperty("content")[0].GetProperty("type").GetString());
    }

    private static async Task<StubRequest> SentAsync(Func<ModelChoice, ModelChoice> change, IEnumerable<ChatMessage> messages, ChatOptions? options = null)
    {
        await using var stub = await StubProvider.StartAsync(StubProvider.Says("x"));
        using var providers = Opened.Providers();
        await providers.Open(change(Opened.At(stub))).GetResponseAsync(messages, options);
        return Assert.Single(stub.Requests);
    }
}
