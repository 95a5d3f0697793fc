using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>
/// A model and its tool, over HTTP. The model counts to five by calling the tool and then answers with all results; its prompt is the number of the
/// place at which that task is held: 0 is the model's first turn, 1 the first call, 2 the second turn … Held requests never end, until <see cref="LetGo"/>.
/// </summary>
internal sealed class HoldingProvider : IAsyncDisposable
{
    public const int Calls = 5;

    /// <summary>Places at which a task can be held.</summary>
    public const int Places = (2 * Calls) + 1;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<int, bool> _held = new();
    private readonly ConcurrentQueue<(int Task, int Number, string Key)> _made = new();
    private volatile bool _isLetGo;

    private HoldingProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/chat/completions", AnswerAsync);
        _app.MapPost("/count", CountAsync);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>Tasks that are held.</summary>
    public int Held => _held.Count;

    /// <summary>What the tool did, in order, with the idempotency key it was called with.</summary>
    public IReadOnlyList<(int Task, int Number, string Key)> Made => [.. _made];

    public static async Task<HoldingProvider> StartAsync()
    {
        var provider = new HoldingProvider();
        await provider._app.StartAsync(TestContext.Current.CancellationToken);
        return provider;
    }

    /// <summary>Holds nobody any more.</summary>
    public void LetGo() => _isLetGo = true;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var messages = (await JsonNode.ParseAsync(context.Request.Body))!["messages"]!.AsArray();
        var task = int.Parse(Text(messages.First(message => Role(message) == "user")!), CultureInfo.InvariantCulture);
        var results = messages.Where(message => Role(message) == "tool").Select(message => Text(message!)).ToList();
        await HoldAsync(task, 2 * results.Count, context);
        var delta = results.Count < Calls
            ? new JsonObject { ["role"] = "assistant", ["tool_calls"] = new JsonArray(Call(task, results.Count + 1)) }
            : new JsonObject { ["role"] = "assistant", ["content"] = string.Join(' ', results) };
        var chunk = new JsonObject
        {
            ["id"] = "c",
            ["object"] = "chat.completion.chunk",
            ["created"] = 1,
            ["model"] = "gpt-4o",
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = results.Count < Calls ? "tool_calls" : "stop" }),
        };
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"data: {chunk.ToJsonString()}\n\ndata: [DONE]\n\n");
    }

    private async Task CountAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        var (task, number) = (body["task"]!.GetValue<int>(), body["number"]!.GetValue<int>());
        _made.Enqueue((task, number, context.Request.Headers["Idempotency-Key"].ToString()));
        await HoldAsync(task, (2 * number) - 1, context);
        await context.Response.WriteAsJsonAsync(number * 10);
    }

    private async Task HoldAsync(int task, int place, HttpContext context)
    {
        if (task == place && !_isLetGo)
        {
            _held[task] = true;
            await Until.CancelledAsync(context.RequestAborted);
        }
    }

    private static JsonObject Call(int task, int number) => new()
    {
        ["index"] = 0,
        ["id"] = $"call_{task}_{number}",
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = "count", ["arguments"] = JsonSerializer.Serialize(new { task, number }) },
    };

    private static string? Role(JsonNode? message) => message!["role"]!.GetValue<string>();

    private static string Text(JsonNode message) => message["content"] is JsonArray parts ? string.Concat(parts.Select(part => part!["text"]!.GetValue<string>())) : message["content"]!.GetValue<string>();
}
