using System.Text.Json;

namespace Tasklight.Stub;

/// <summary>A call as it came over the wire.</summary>
internal sealed record StubCall(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>A header's value; null when it was not sent.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The named value of the JSON body, as text; null when it is missing or null.</summary>
    public string? Value(string key) =>
        Body.StartsWith('{') && Json.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
