namespace Tasklight.Agents.Session;

/// <summary>A piece of the model's reasoning.</summary>
internal sealed record ReasoningPart
{
    /// <summary>What may be read of it.</summary>
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>What only the provider understands and wants back.</summary>
    public string? Protected { get; init; }
}
