using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tasklight.Agents.Tests.Models;

/// <summary>A model provider's server over real HTTP that answers with the given answers in their order, the last one for ever.</summary>
internal sealed class StubProvider : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Func<HttpContext, Task>[] _answers;
    private readonly ConcurrentQueue<StubRequest> _requests = new();

    private StubProvider(Func<HttpContext, Task>[] answers)
    {
        _answers = answers;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Urls.First());

    public IReadOnlyList<StubRequest> Requests => [.. _requests];

    public static async Task<StubProvider> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var provider = new StubProvider(answers);
        await provider._app.StartAsync();
        return provider;
    }

    public static Func<HttpContext, Task> Status(int status, string body, params (string Name, string Value)[] headers) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;

        await context.Response.WriteAsync(body);
    };

    /// <summary>A stream of these data lines.</summary>
    public static Func<HttpContext, Task> Stream(params string[] data) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var line in data)
        {
            await context.Response.WriteAsync($"data: {line}\n\n");
            await context.Response.Body.FlushAsync();
        }
    };

    /// <summary>A stream of Anthropic's events, which are named by the type of their data.</summary>
    public static Func<HttpContext, Task> Events(params string[] data) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var line in data)
            await context.Response.WriteAsync($"event: {JsonDocument.Parse(line).RootElement.GetProperty("type")}\ndata: {line}\n\n");
    };

    /// <summary>A whole answer of Anthropic's in these pieces, for which 9 tokens were read and 4 written.</summary>
    public static Func<HttpContext, Task> SaysAsAnthropic(params string[] pieces) => Events(
    [
        """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"some-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        .. pieces.Select(piece => $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{JsonSerializer.Serialize(piece)}}}}}"""),
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}""",
        """{"type":"message_stop"}""",
    ]);

    /// <summary>As <see cref="Stream"/>, and then the connection breaks.</summary>
    public static Func<HttpContext, Task> Broken(params string[] data) => async context =>
    {
        await Stream(data)(context);
        context.Abort();
    };

    /// <summary>A stream that never ends, in pieces of 64 KiB.</summary>
    public static Func<HttpContext, Task> Endless(string before, string piece) => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(before);
        var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 65536 / piece.Length)));
        while (!context.RequestAborted.IsCancellationRequested)
        {
            try
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    };

    /// <summary>Nothing at all, until the caller leaves.</summary>
    public static async Task Silent(HttpContext context)
    {
        var left = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(left.SetResult);
        await left.Task;
    }

    /// <summary>A chunk of the chat completions API with this delta.</summary>
    public static string Chunk(string delta, string? finish = null) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}""";

    public static Func<HttpContext, Task> Says(string text) =>
        Stream(Chunk("""{"role":"assistant","content":""}"""), Chunk($$"""{"content":{{JsonSerializer.Serialize(text)}}}"""), Chunk("{}", "stop"), "[DONE]");

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _requests.Enqueue(new(
            context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body));
        await _answers[Math.Min(_requests.Count, _answers.Length) - 1](context);
    }
}
