using System.Text.Json;

namespace Tasklight.Agents.Session;

/// <summary>What came of a call.</summary>
internal sealed record ToolResultStep
{
    public string CallId { get; init => field = value ?? ""; } = "";

    public JsonElement Result { get; init; }

    public bool IsError { get; init; }

    /// <summary>The call was not made: no such tool, arguments that do not fit, a person's rejection, an outcome that nobody knows.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The model sees the beginning only, and reads the rest by a tool; the parked output's id is the step's number.</summary>
    public bool Parked { get; init; }
}
