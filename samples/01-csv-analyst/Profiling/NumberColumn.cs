using System.Globalization;
using CsvAnalyst.Statistics;

namespace CsvAnalyst.Profiling;

/// <summary>The figures of a column as long as all of its values are numbers.</summary>
internal sealed class NumberColumn
{
    public Moments Moments { get; } = new();

    public QuantileSketch Quantiles { get; } = new();

    public bool OnlyIntegers { get; private set; } = true;

    /// <summary>Takes the value in; false when it is no finite number, or a code with leading zeros, which is text.</summary>
    public bool TryAdd(ReadOnlySpan<char> value)
    {
        if (HasLeadingZero(value)
            || !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number))
        {
            return false;
        }

        Moments.Add(number);
        Quantiles.Add(number);
        OnlyIntegers = OnlyIntegers && value.IndexOfAny('.', 'e', 'E') < 0;
        return true;
    }

    private static bool HasLeadingZero(ReadOnlySpan<char> value)
    {
        var digits = value.TrimStart("+-");
        return digits.Length > 1 && digits[0] == '0' && char.IsAsciiDigit(digits[1]);
    }
}
