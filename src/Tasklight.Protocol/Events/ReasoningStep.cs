using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A step of thought, in <c>payload.input</c> of think and analyze events (contract: events §4). Null texts are left out.</summary>
public sealed record ReasoningStep
{
    /// <summary>A headline.</summary>
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>What was thought.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Thought { get; init; }

    /// <summary>What is to be done next.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Action { get; init; }

    /// <summary>What came of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Result { get; init; }

    /// <summary>What it means.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Analysis { get; init; }
}
