namespace CsvAnalyst.Statistics;

/// <summary>A value and how often it was seen; for approximate counts, at least so often.</summary>
internal sealed record FrequentValue(string Value, long Count);
