using System.Text.Json.Serialization;
using CsvAnalyst.Statistics;

namespace CsvAnalyst.Profiling;

/// <summary>What is known of one column; what does not apply to its type is left out of the JSON.</summary>
internal sealed record ColumnProfile
{
    public required string Name { get; init; }

    /// <summary>The narrowest type that every value has: integer, number, boolean, date, datetime or text; empty without values.</summary>
    public required string Type { get; init; }

    /// <summary>Rows with a value.</summary>
    public required long Values { get; init; }

    /// <summary>Rows without one: nothing, or a word for nothing such as NA or null.</summary>
    public required long Missing { get; init; }

    public required long Distinct { get; init; }

    public required bool DistinctApproximate { get; init; }

    /// <summary>Values seen more than once, most frequent first.</summary>
    public required IReadOnlyList<FrequentValue> Top { get; init; }

    public required bool TopApproximate { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Min { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Max { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Mean { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? StdDev { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Quantiles? Quantiles { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Earliest { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Latest { get; init; }

    /// <summary>How dates are written, as a .NET format.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DateFormat { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ShortestText { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LongestText { get; init; }
}
