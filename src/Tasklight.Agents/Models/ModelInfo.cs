namespace Tasklight.Agents.Models;

/// <summary>What is known of a model.</summary>
/// <param name="ContextWindow">The tokens that a request and its answer may have together.</param>
/// <param name="MaxOutput">The most tokens of one answer.</param>
/// <param name="Reasons">Whether it takes a reasoning effort; null when that is not known.</param>
public sealed record ModelInfo(int ContextWindow, int MaxOutput, bool? Reasons)
{
    /// <summary>It reasons only when told to, by a number of tokens in place of an effort: Claude up to 4.5.</summary>
    public bool ThinksByBudget { get; init; }
}
