namespace Tasklight.Bench.Report;

/// <summary>What a figure should reach: a ratio to another figure of the same run where there is one, an absolute value otherwise (or as a hint).</summary>
/// <param name="Figure">The figure's name.</param>
/// <param name="Text">What it is, for the table.</param>
/// <param name="Value">The absolute value to reach, in the figure's unit.</param>
/// <param name="Limit">The figure that it is compared with.</param>
/// <param name="Ratio">The ratio to reach.</param>
/// <param name="AtMost">Less is better.</param>
sealed record Goal(string Figure, string Text, double? Value = null, string? Limit = null, double? Ratio = null, bool AtMost = false);
