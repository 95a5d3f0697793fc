namespace Tasklight.Agents.Models;

/// <summary>What is known of a model.</summary>
/// <param name="ContextWindow">The tokens that a request and its answer may have together.</param>
/// <param name="MaxOutput">The most tokens of one answer.</param>
/// <param name="Reasons">Whether it takes a reasoning effort (older ones reason, but are told otherwise or not at all); null when that is not known.</param>
public sealed record ModelInfo(int ContextWindow, int MaxOutput, bool? Reasons);
