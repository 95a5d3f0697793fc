using Microsoft.AspNetCore.Http.Features;

namespace Tasklight.Server.Hosting;

/// <summary>
/// Answers while the startup steps run. A baseline worker dies after some nine seconds without a server, so its heartbeats get 200 and its
/// stream gets its headers at once and waits; everybody else is told to come back.
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
            await WriteAsync(context, StatusCodes.Status200OK, Heard);
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
