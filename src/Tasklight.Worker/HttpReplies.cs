using System.Net;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>Answers of the worker's HTTP server: JSON, and refusals as the contract writes them.</summary>
internal static class HttpReplies
{
    public static async Task AnswerAsync(this HttpListenerContext context, int status, byte[] json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength64 = json.Length;
        await response.OutputStream.WriteAsync(json).ConfigureAwait(false);
    }

    public static Task RefuseAsync(this HttpListenerContext context, int status, ErrorBody body) =>
        context.AnswerAsync(status, JsonSerializer.SerializeToUtf8Bytes(body, ProtocolJson.Default.ErrorBody));

    public static Task RefuseAsync(this HttpListenerContext context, int status, string detail, string? code = null) =>
        context.RefuseAsync(status, ErrorBody.Of(detail, code));

    public static Task RefuseMethodAsync(this HttpListenerContext context, string allowed)
    {
        context.Response.Headers["Allow"] = allowed;
        return context.RefuseAsync(405, $"Only {allowed} is answered here.");
    }

    public static Task NotNowAsync(this HttpListenerContext context, string detail)
    {
        context.Response.Headers["Retry-After"] = "1";
        return context.RefuseAsync(503, detail, ErrorCodes.Unavailable);
    }
}
