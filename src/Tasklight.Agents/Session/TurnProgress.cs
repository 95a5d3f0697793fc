namespace Tasklight.Agents.Session;

/// <summary>Where a turn stands: what the limits look at, and what is reported at its end.</summary>
internal sealed record TurnProgress
{
    /// <summary>See <see cref="TurnStep.Turn"/>.</summary>
    public string Turn { get; init => field = value ?? ""; } = "";

    /// <summary>See <see cref="TurnStep.Retry"/>; -1 = no turn has begun yet.</summary>
    public int Retry { get; init; } = -1;

    /// <summary>Calls of the model since the turn, or its last retry, began.</summary>
    public int ModelTurns { get; init; }

    /// <summary>Answers that did not fit and were sent back.</summary>
    public int Repairs { get; init; }

    /// <summary>Tokens read and written since the turn, or its last retry, began; summaries included.</summary>
    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>Tools called in the turn; those of refused calls are not among them.</summary>
    public IReadOnlyList<string> UsedTools { get; init => field = value ?? []; } = [];

    public TurnProgress Begin(TurnStep turn) => new()
    {
        Turn = turn.Turn,
        Retry = turn.Retry,
        UsedTools = turn.Turn == Turn ? UsedTools : [],
    };

    public TurnProgress Spend(long promptTokens, long completionTokens) =>
        this with { PromptTokens = PromptTokens + promptTokens, CompletionTokens = CompletionTokens + completionTokens };

    public TurnProgress Use(IEnumerable<string> tools) => this with { UsedTools = [.. UsedTools.Union(tools, StringComparer.Ordinal)] };
}
