using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Api;

/// <summary>A refusal: <c>{"detail": text, "code": word}</c>, or with one entry a field under <c>detail</c> (contract: sdk-http §4).</summary>
sealed class ErrorAnswer(int status, ErrorBody body) : IResult
{
    public int Status => status;
    public ErrorBody Body => body;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var buffer = new PooledBuffer(512);
        using (var writer = new Utf8JsonWriter(buffer, AsciiJson.WriterOptions))
        {
            JsonSerializer.Serialize(writer, body, ProtocolJson.Default.ErrorBody);
        }

        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "1";
        }

        await Answers.WriteAsync(httpContext, status, buffer.Written);
    }
}
