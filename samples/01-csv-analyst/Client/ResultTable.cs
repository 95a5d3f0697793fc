using System.Globalization;
using CsvAnalyst.Profiling;

namespace CsvAnalyst.Client;

/// <summary>A file's profile as an aligned text table. A tilde marks what is estimated.</summary>
internal static class ResultTable
{
    private const int WidestCell = 26;

    private static readonly string[] Headings = ["column", "type", "missing", "distinct", "min", "median", "mean", "max", "most frequent"];
    private static readonly bool[] AlignsRight = [false, false, true, true, true, true, true, true, false];

    public static IEnumerable<string> Lines(FileProfile profile)
    {
        var rows = profile.Columns.Select(Cells).Prepend(Headings).ToList();
        var widths = Headings.Select((_, index) => rows.Max(row => row[index].Length)).ToArray();
        var lines = rows.Select(row => string.Join("  ", row.Select((cell, index) => AlignsRight[index] ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]))).TrimEnd());
        var ruler = string.Join("  ", widths.Select(width => new string('-', width)));
        return profile.Columns.Count == 0 ? [] : lines.Take(1).Append(ruler).Concat(lines.Skip(1));
    }

    private static string[] Cells(ColumnProfile column) =>
    [
        Cut(column.Name),
        column.Type,
        column.Missing.ToString("N0", CultureInfo.InvariantCulture),
        Mark(column.DistinctApproximate) + column.Distinct.ToString("N0", CultureInfo.InvariantCulture),
        column.Earliest ?? Number(column.Min),
        column.Quantiles is { } quantiles ? Mark(quantiles.Approximate) + Number(quantiles.P50) : "",
        Number(column.Mean),
        column.Latest ?? Number(column.Max),
        column.Top is [var top, ..] ? $"{Cut(top.Value)} ({Mark(column.TopApproximate)}{top.Count.ToString("N0", CultureInfo.InvariantCulture)})" : "",
    ];

    private static string Mark(bool isApproximate) => isApproximate ? "~" : "";

    private static string Number(double? value) => value is { } number
        ? number.ToString(Math.Abs(number) is >= 1e12 or (> 0 and < 1e-4) ? "0.###e+0" : "#,##0.###", CultureInfo.InvariantCulture)
        : "";

    private static string Cut(string text) => text.Length <= WidestCell ? text : text[..(WidestCell - 1)] + "…";
}
