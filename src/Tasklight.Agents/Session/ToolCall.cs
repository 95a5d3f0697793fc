using System.Text.Json;

namespace Tasklight.Agents.Session;

/// <summary>A call that the model wants made.</summary>
internal sealed record ToolCall
{
    /// <summary>The model's id, made unique within the session.</summary>
    public string Id { get; init => field = value ?? ""; } = "";

    /// <summary>The tool's name as the model wrote it.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Where the tool came from that had this name then; null when there was none.</summary>
    public string? Origin { get; init; }

    /// <summary>The arguments, an object; empty when they could not be read.</summary>
    public JsonElement Arguments { get; init; }

    /// <summary>Why the arguments could not be read; null when they could.</summary>
    public string? Problem { get; init; }
}
