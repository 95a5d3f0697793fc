namespace CsvAnalyst.Profiling;

/// <summary>Values below which 5, 25, 50, 75 and 95 percent of a column lie.</summary>
internal sealed record Quantiles(double P05, double P25, double P50, double P75, double P95, bool Approximate);
