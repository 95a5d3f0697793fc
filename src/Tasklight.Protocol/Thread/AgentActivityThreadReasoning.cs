using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>A step of thought. The last four texts are left out when null.</summary>
public sealed record AgentActivityThreadReasoning : AgentActivityThreadEntry
{
    /// <summary>Thought or analysis.</summary>
    public ReasoningType Type { get; init; }

    /// <summary>A headline.</summary>
    public string Title { get; init => field = value ?? ""; } = "";

    /// <summary>0 to 1; always written, readers know the variant by it.</summary>
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
