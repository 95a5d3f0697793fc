using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>A model behind Anthropic's API that answers every request with the same pieces.</summary>
internal sealed class AnthropicDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AnthropicDouble(WebApplication app) => _app = app;

    public string BaseUrl => _app.Urls.Single();

    /// <summary>The key of the last request, as its header holds it.</summary>
    public string? Key { get; private set; }

    /// <summary>The last request.</summary>
    public JsonElement Asked { get; private set; }

    public static async Task<AnthropicDouble> StartAsync(params string[] pieces)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var model = new AnthropicDouble(builder.Build());
        model._app.MapPost("/v1/messages", context => model.AnswerAsync(context, pieces));
        await model._app.StartAsync(TestContext.Current.CancellationToken);
        return model;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, string[] pieces)
    {
        Key = context.Request.Headers.Authorization;
        Asked = (await context.Request.ReadFromJsonAsync<JsonElement>(context.RequestAborted)).Clone();
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(Answer(pieces), context.RequestAborted);
    }

    private static string Answer(string[] pieces)
    {
        var answer = new StringBuilder();
        Add("message_start", """{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"some-model","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}}}""");
        Add("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
        foreach (var piece in pieces)
        {
            Add("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{JsonSerializer.Serialize(piece)}}}}}""");
        }

        Add("content_block_stop", """{"type":"content_block_stop","index":0}""");
        Add("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":4}}""");
        Add("message_stop", """{"type":"message_stop"}""");
        return answer.ToString();

        void Add(string name, string data) => answer.Append($"event: {name}\ndata: {data}\n\n");
    }
}
