using CsvAnalyst.Profiling;

namespace CsvAnalyst;

/// <summary>What the task answers, in the shape that <c>result.schema.json</c> describes.</summary>
internal sealed record AnalysisResult(string Summary, IReadOnlyList<FileProfile> Files);
