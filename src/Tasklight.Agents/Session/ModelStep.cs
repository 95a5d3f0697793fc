namespace Tasklight.Agents.Session;

/// <summary>What the model answered in one call.</summary>
internal sealed record ModelStep
{
    /// <summary>The model, as provider/name: reasoning is shown again to the same one only.</summary>
    public string Model { get; init; } = "";

    /// <summary>The answer's text.</summary>
    public string Text { get; init => field = value ?? ""; } = "";

    /// <summary>What the provider tells of the model's reasoning.</summary>
    public IReadOnlyList<ReasoningPart> Reasoning { get; init => field = value ?? []; } = [];

    /// <summary>The calls it wants made; none = this is its answer.</summary>
    public IReadOnlyList<ToolCall> Calls { get; init => field = value ?? []; } = [];

    /// <summary>Why it ended, as the provider says it.</summary>
    public string? FinishReason { get; init; }

    /// <summary>What was read.</summary>
    public long PromptTokens { get; init; }

    /// <summary>What was written.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>The part of <see cref="PromptTokens"/> that the provider had in its cache.</summary>
    public long CachedTokens { get; init; }
}
