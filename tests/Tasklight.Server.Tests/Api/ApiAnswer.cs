using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Tasklight.Server.Tests.Api;

/// <summary>An answer read whole.</summary>
sealed record ApiAnswer(HttpStatusCode Status, HttpResponseHeaders Headers, string? MediaType, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;
    public string? Detail => Json["detail"] is JsonValue detail ? detail.GetValue<string>() : null;
    public string? Code => Json["code"]?.GetValue<string>();

    public string? this[string key] => Json[key]?.ToString();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>The answer, when it has this status; a failure that shows its text otherwise.</summary>
    public ApiAnswer Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)Status} instead of {(int)status}: {Text}");
        return this;
    }
}
