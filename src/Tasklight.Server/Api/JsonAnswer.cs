using System.Text.Json.Serialization.Metadata;
using System.Text.Json;
using Tasklight.Server.Events;

namespace Tasklight.Server.Api;

/// <summary>An answer whose body is one value of the protocol, as ASCII-escaped JSON with its length.</summary>
sealed class JsonAnswer<T>(int status, T value, JsonTypeInfo<T> type) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer, AsciiJson.WriterOptions))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        await Answers.WriteAsync(httpContext, status, buffer.Written);
    }
}
