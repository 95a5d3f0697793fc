using CsvAnalyst.Statistics;

namespace CsvAnalyst.Profiling;

/// <summary>Profiles one column value by value. Each type is a hypothesis that the first value against it ends.</summary>
internal sealed class ColumnProfiler(string name)
{
    private const int TopValues = 5;

    private const int LongestWord = 5;

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> WordsForNothing = Words("NA", "N/A", "null", "NaN");
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BooleanWords = Words("true", "false", "yes", "no", "t", "f", "y", "n");

    private readonly DistinctCounter _distinct = new();
    private readonly FrequentValues _frequent = new();
    private NumberColumn? _numbers = new();
    private readonly List<DateShape> _dates = DateShape.All();
    private bool _booleans = true;
    private long _values;
    private long _missing;
    private int _shortest = int.MaxValue;
    private int _longest;

    public void Add(ReadOnlySpan<char> field)
    {
        var value = field.Trim();
        if (value.Length == 0 || (value.Length <= LongestWord && WordsForNothing.Contains(value)))
        {
            _missing++;
            return;
        }

        _values++;
        _shortest = Math.Min(_shortest, value.Length);
        _longest = Math.Max(_longest, value.Length);
        _distinct.Add(value);
        _frequent.Add(value);
        _booleans = _booleans && value.Length <= LongestWord && BooleanWords.Contains(value);
        TryNumber(value);
        TryDate(value);
    }

    public ColumnProfile Profile()
    {
        var profile = new ColumnProfile
        {
            Name = name,
            Type = "text",
            Values = _values,
            Missing = _missing,
            Distinct = _distinct.Count,
            DistinctApproximate = _distinct.IsApproximate,
            Top = [.. _frequent.Top(TopValues).Where(value => value.Count > 1)],
            TopApproximate = _frequent.MaxError > 0,
        };

        return this switch
        {
            { _values: 0 } => profile with { Type = "empty" },
            { _booleans: true } => profile with { Type = "boolean" },
            { _numbers: { } numbers } => WithFigures(profile, numbers),
            { _dates: [var dates, ..] } => profile with
            {
                Type = dates.HasTime ? "datetime" : "date",
                Earliest = dates.Earliest,
                Latest = dates.Latest,
                DateFormat = dates.Format,
            },
            _ => profile with { ShortestText = _shortest, LongestText = _longest },
        };
    }

    private void TryNumber(ReadOnlySpan<char> value)
    {
        if (_numbers is not null && !_numbers.TryAdd(value))
        {
            _numbers = null;
        }
    }

    private void TryDate(ReadOnlySpan<char> value)
    {
        for (var index = _dates.Count - 1; index >= 0; index--)
        {
            if (!_dates[index].TryAdd(value))
            {
                _dates.RemoveAt(index);
            }
        }
    }

    private static ColumnProfile WithFigures(ColumnProfile profile, NumberColumn numbers) => profile with
    {
        Type = numbers.OnlyIntegers ? "integer" : "number",
        Min = numbers.Moments.Min,
        Max = numbers.Moments.Max,
        Mean = numbers.Moments.Mean,
        StdDev = numbers.Moments.StandardDeviation,
        Quantiles = new Quantiles(
            numbers.Quantiles.Quantile(0.05),
            numbers.Quantiles.Quantile(0.25),
            numbers.Quantiles.Quantile(0.5),
            numbers.Quantiles.Quantile(0.75),
            numbers.Quantiles.Quantile(0.95),
            numbers.Quantiles.IsApproximate),
    };

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(params string[] words) =>
        new HashSet<string>(words, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
