using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>A step of summarising a session (contract: events §4); <see cref="TaskCompactizationTypes"/> says which data belongs to which type.</summary>
public sealed record TaskCompactizationEvent
{
    /// <summary>One of <see cref="TaskCompactizationTypes"/>.</summary>
    public string Type { get; init => field = value ?? ""; } = "";

    /// <summary>What belongs to the type.</summary>
    public JsonElement Data { get; init => field = JsonElements.OrNull(value); } = JsonElements.Null;
}
