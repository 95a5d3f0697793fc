namespace Tasklight.Cli.Definitions;

/// <summary>Where something stands in a file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">The field as it is written there: <c>tools[0].url</c>.</param>
internal readonly record struct Mark(long Line, long Column, string Path);
