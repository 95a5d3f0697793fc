using System.Text.Json.Serialization;

namespace CsvAnalyst.Profiling;

/// <summary>What is known of one file; with a problem, of its rows before it.</summary>
internal sealed record FileProfile
{
    public required string File { get; init; }

    /// <summary>Data rows, the header not counted.</summary>
    public required long Rows { get; init; }

    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CsvProblem? Problem { get; init; }
}
