using System.Text.Json;

namespace Tasklight.Server.Tests.Events;

/// <summary>A frame as it came over the wire.</summary>
sealed record SseFrame(long Id, string Data)
{
    public JsonElement Json { get; } = JsonElement.Parse(Data);
    public string Type => Json.GetProperty("type").GetString()!;
    public JsonElement Payload => Json.GetProperty("data");
}
