namespace Tasklight.Cli.Definitions;

/// <summary>One field of an agent that differs.</summary>
/// <param name="Path">The field; elements of lists by their name or id.</param>
/// <param name="Before">Its value as JSON or, for a text, as it is; null when there was none.</param>
/// <param name="After">Its value now; null when there is none.</param>
internal sealed record FieldChange(string Path, string? Before, string? After);
