namespace Tasklight.Agents.Models;

/// <summary>What is there for a model.</summary>
/// <param name="Problem">What is missing, in a sentence that names the setting; null when nothing is.</param>
/// <param name="HasKey">A key would be sent.</param>
public sealed record ModelReadiness(string? Problem, bool HasKey);
