namespace Tasklight.Protocol;

/// <summary>Language-model tokens used (contract: task-object §7).</summary>
public sealed record Tokens
{
    /// <summary>Tokens the model wrote.</summary>
    public int CompletionTokens { get; init; }

    /// <summary>Tokens the model read.</summary>
    public int PromptTokens { get; init; }

    /// <summary>The sum; written, ignored when read.</summary>
    public long TotalTokens => (long)CompletionTokens + PromptTokens;
}
