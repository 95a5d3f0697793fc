using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>One request that a process sent and the status it got; 0 while there is none.</summary>
sealed record RecordedCall(string Method, string Path, JsonNode? Body, int Status)
{
    /// <summary>The verb and the last words of the path, which name the call: <c>PATCH update</c>.</summary>
    public string Name => $"{Method} {Path.TrimEnd('/').Split('/')[^1]}";

    public string? SavedStatus => (Body as JsonObject)?["status"]?.GetValue<string>();
}
