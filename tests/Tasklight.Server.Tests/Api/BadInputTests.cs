using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tasklight.Server.Tests.Api;

public sealed class BadInputTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"input": {"text": "cut""")]
    [InlineData("""{"input": {}} more""")]
    [InlineData("""{"input": {},}""")]
    [InlineData("not json")]
    public async Task Malformed_JSON_is_400_with_a_sentence_on_the_SDK_surface_and_422_on_REST(string body)
    {
        var sdk = (await server.PostAsync(Create, body)).Is(HttpStatusCode.BadRequest);
        var rest = (await server.PostAsync(Invoke, body)).Is(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("malformed_json", sdk.Code);
        Assert.Contains("JSON", sdk.Detail, StringComparison.Ordinal);
        Assert.Equal("json_invalid", rest.Json["detail"]![0]!["type"]!.ToString());
    }

    [Fact]
    public async Task A_missing_field_is_400_on_the_SDK_surface_and_422_on_REST()
    {
        (await server.PostAsync(Create, """{"source": "x"}""")).Is(HttpStatusCode.BadRequest);
        (await server.PostAsync(Invoke, """{"source": "x"}""")).Is(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("""{"input": "text"}""", "input")]
    [InlineData("""{"input": {"text": 7}}""", "input.text")]
    [InlineData("""{"input": {"files": "a"}}""", "input.files")]
    [InlineData("""{"input": {"files": [7]}}""", "input.files.0")]
    [InlineData("""{"input": {}, "run_locally": "yes"}""", "run_locally")]
    [InlineData("""{"input": {}, "output_format": "html"}""", "output_format")]
    [InlineData("""{"input": {}, "think_mode": "hard"}""", "think_mode")]
    [InlineData("""{"input": {}, "llm_reasoning_effort": "extreme"}""", "llm_reasoning_effort")]
    [InlineData("""{"input": {}, "priority": 101}""", "priority")]
    [InlineData("""{"input": {}, "priority": 1.5}""", "priority")]
    [InlineData("""{"input": {}, "max_attempts": 0}""", "max_attempts")]
    [InlineData("""{"input": {}, "max_attempts": 11}""", "max_attempts")]
    [InlineData("""{"input": {}, "max_run_seconds": 0}""", "max_run_seconds")]
    [InlineData("""{"input": {}, "start_within": -1}""", "start_within")]
    [InlineData("""{"input": {}, "not_before": "tomorrow"}""", "not_before")]
    [InlineData("""{"input": {}, "budget": 5}""", "budget")]
    [InlineData("""{"input": {"text": "a\u0000b"}}""", "input.text")]
    [InlineData("""{"input": {"text": "a\ud800b"}}""", "input.text")]
    [InlineData("""{"input": {}, "id": "a/b"}""", "id")]
    [InlineData("""{"input": {}, "id": "a\nb"}""", "id")]
    public async Task A_wrong_field_is_422_and_named(string body, string field)
    {
        var refused = (await server.PostAsync(Create, body)).Is(HttpStatusCode.UnprocessableEntity);

        var error = refused.Json["detail"]![0]!;
        Assert.Equal("body." + field, string.Join('.', error["loc"]!.AsArray().Select(part => part!.ToString())));
        Assert.NotEmpty(error["msg"]!.ToString());
        Assert.Equal("validation_failed", refused.Code);
    }

    [Fact]
    public async Task An_id_has_at_most_255_characters()
    {
        (await server.PostAsync(Create, $$"""{"input": {}, "id": "{{new string('i', 255)}}"}""")).Is(HttpStatusCode.OK);
        (await server.PostAsync(Create, $$"""{"input": {}, "id": "{{new string('i', 256)}}"}""")).Is(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task JSON_deeper_than_64_levels_is_malformed()
    {
        var deep = $$"""{"input": {}, "payload_extension": {"a": {{new string('[', 200)}}{{new string(']', 200)}}} }""";

        (await server.PostAsync(Create, deep)).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_prompt_of_two_megabytes_is_taken_and_a_body_beyond_the_limit_is_413()
    {
        var large = await server.NewTaskAsync($$"""{"input": {"text": "{{new string('x', 2 << 20)}}"} }""");
        var refused = (await server.PostAsync(Create, $$"""{"input": {"text": "{{new string('x', 8 << 20)}}"} }""")).Is(HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal(2 << 20, (await server.GetAsync($"/v1/tasks/{large}")).Json["input"]!["text"]!.ToString().Length);
        Assert.Equal("""{"detail":"The body is larger than this route takes: at most 8388608 bytes.","code":"too_large"}""", refused.Text);
    }

    [Fact]
    public async Task A_result_may_be_larger_than_a_prompt()
    {
        var id = await server.NewTaskAsync();

        var saved = (await server.PatchAsync(id, $$"""{"status": "completed", "result": "{{new string('x', 9 << 20)}}"}""")).Is(HttpStatusCode.OK);

        Assert.Equal(9 << 20, saved["result"]!.Length);
    }

    [Fact]
    public async Task A_chunked_body_is_read_whole_and_a_chunked_one_beyond_the_limit_is_413()
    {
        Assert.StartsWith("HTTP/1.1 200", await RawAsync(Chunked("""{"input": {"text": "x"}}""")), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 413", await RawAsync(Chunked(new string(' ', (8 << 20) + 10))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_framing_that_is_not_HTTP_is_400() =>
        Assert.StartsWith("HTTP/1.1 400", await RawAsync(Head("Transfer-Encoding: chunked") + "zzz\r\nnot a chunk"), StringComparison.Ordinal);

    [Fact]
    public async Task A_body_that_stalls_is_408_and_may_be_sent_again()
    {
        var answer = await RawAsync(Head("Content-Length: 100") + "{");

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"timed_out\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NUL_in_a_saved_result_becomes_the_replacement_character()
    {
        var id = await server.NewTaskAsync();

        Assert.Equal("a\ufffdb", (await server.PatchAsync(id, """{"result": "a\u0000b"}""")).Is(HttpStatusCode.OK)["result"]);
    }

    [Fact]
    public async Task An_unknown_route_names_the_nearest_one() =>
        Assert.Equal(
            """{"detail":"There is no route GET /v1/taks. The nearest one is GET /v1/tasks; all are listed at /docs.","code":"not_found"}""",
            (await server.GetAsync("/v1/taks")).Is(HttpStatusCode.NotFound).Text);

    [Fact]
    public async Task An_empty_body_is_told_as_such()
    {
        var id = await server.NewTaskAsync();
        ApiAnswer[] answers =
        [
            await server.PostAsync($"/agent-execution/{server.Agent}", null), await server.PostAsync("/v1/agents", " \n"), await server.PatchAsync(id, ""),
            await server.PostAsync($"/agent-execution/{id}/events/push", ""),
        ];

        Assert.All(answers, static answer => Assert.Contains("The body is empty: send JSON.", answer.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_method_names_the_right_ones() =>
        Assert.Equal(
            """{"detail":"/v1/tasks does not take PUT; it takes GET.","code":"method_not_allowed"}""",
            (await server.SendAsync("PUT", "/v1/tasks", "{}")).Is(HttpStatusCode.MethodNotAllowed).Text);

    [Fact]
    public async Task What_is_not_served_says_so()
    {
        Assert.Equal("This server has no knowledge bases.", (await server.GetAsync("/knowledge_bases")).Is(HttpStatusCode.NotImplemented).Detail);
        (await server.SendAsync("DELETE", "/knowledge_bases/kb-1")).Is(HttpStatusCode.BadRequest);
        (await server.GetAsync($"/agents/{server.Agent}/db")).Is(HttpStatusCode.NotImplemented);
        Assert.Equal("{}", (await server.GetAsync("/metadata/default_llm_extra_headers")).Is(HttpStatusCode.OK).Text);
    }

    string Create => $"/agent-execution/{server.Agent}";
    string Invoke => $"/v1/agents/{server.Agent}/invoke/async";

    string Head(string framing) =>
        $"POST {Create} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nx-api-key: {Hosting.RunningServer.Key}\r\n{framing}\r\n\r\n";

    string Chunked(string body)
    {
        var text = new StringBuilder(Head("Transfer-Encoding: chunked"));
        foreach (var chunk in body.Chunk(64 * 1024))
        {
            text.Append(chunk.Length.ToString("x")).Append("\r\n").Append(chunk).Append("\r\n");
        }

        return text.Append("0\r\n\r\n").ToString();
    }

    /// <summary>Sends bytes as they are and returns what came back until the connection closed.</summary>
    async Task<string> RawAsync(string request)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Server.Address.Host, server.Server.Address.Port, cancel);
        await using var stream = socket.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancel);
        }
        catch (IOException)
        {
            // The server may have answered and closed before it read everything.
        }

        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, cancel);
        }
        catch (IOException)
        {
            // A reset after the answer.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
