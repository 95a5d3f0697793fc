using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Tasklight.Protocol;

namespace Tasklight.Server.Hosting;

/// <summary>
/// Answers while the startup steps run. A baseline worker dies after some nine seconds without a server, so its heartbeats get 200 and its
/// stream gets its headers at once and waits. What else a worker posts waits too: it is told once, whatever the answer, and an end of a run that
/// nobody took would keep its slot for ever. Everybody else is told to come back.
/// </summary>
sealed class ReadinessGate(RequestDelegate next, Readiness readiness)
{
    static readonly byte[] Starting = """{"detail":"Tasklight is starting: its store is being opened. Ask again in a second.","code":"unavailable"}"""u8.ToArray();
    static readonly byte[] Heard = """{"ok":true}"""u8.ToArray();

    public Task InvokeAsync(HttpContext context) => readiness.IsReady || context.Request.Path == "/health" ? next(context) : AnswerAsync(context);

    async Task AnswerAsync(HttpContext context)
    {
        if (IsWorkerRoute(context.Request.Path) && HttpMethods.IsPost(context.Request.Method))
        {
            await TakePostAsync(context);
            return;
        }

        if (IsWorkerRoute(context.Request.Path) && HttpMethods.IsGet(context.Request.Method))
        {
            await HoldAsync(context);
            return;
        }

        context.Response.Headers.RetryAfter = "1";
        await WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Starting);
    }

    async Task TakePostAsync(HttpContext context)
    {
        context.Request.EnableBuffering();
        if (await IsHeartbeatAsync(context))
        {
            await WriteAsync(context, StatusCodes.Status200OK, Heard);
            return;
        }

        context.Request.Body.Position = 0;
        await readiness.WhenReady.WaitAsync(context.RequestAborted);
        await next(context);
    }

    static async Task<bool> IsHeartbeatAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object
                && body.RootElement.TryGetProperty("event", out var name)
                && name.ValueKind == JsonValueKind.String
                && name.ValueEquals(WorkerEventNames.Heartbeat);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Begins the stream, and hands it to the endpoint when the server is ready. A refusal then ends the stream in order, and the worker's next try sees it.</summary>
    async Task HoldAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await readiness.WhenReady.WaitAsync(context.RequestAborted);

        var begun = context.Features.GetRequiredFeature<IHttpResponseFeature>();
        context.Features.Set<IHttpResponseFeature>(new BegunResponse(begun));
        await next(context);
    }

    static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    static bool IsWorkerRoute(PathString path) => path.StartsWithSegments("/events", out var rest) && rest.Value!.LastIndexOf('/') == 0 && rest.Value.Length > 1;
}
