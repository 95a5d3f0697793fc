namespace Tasklight.Protocol;

/// <summary>What is known of the models of one family. Models that are not listed can be used too.</summary>
public sealed record LlmModel
{
    /// <summary>How their names begin, for instance <c>gpt-5</c> for <c>gpt-5-mini</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Tokens that a request and its answer may have together.</summary>
    public int ContextWindow { get; init; }

    /// <summary>The most tokens of one answer.</summary>
    public int MaxOutput { get; init; }

    /// <summary>Whether they take a reasoning effort; null when that is not known.</summary>
    public bool? Reasons { get; init; }
}
