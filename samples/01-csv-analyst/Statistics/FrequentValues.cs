using System.Runtime.InteropServices;

namespace CsvAnalyst.Statistics;

/// <summary>
/// The most frequent values in bounded memory. At most <see cref="Capacity"/> counters are kept; when they run out, the median count
/// is taken from all of them and the exhausted ones go (Misra and Gries, 1982). A value that makes up more than a few thousandths of
/// all is never lost; a count is then at least what is said, and at most <see cref="MaxError"/> more.
/// </summary>
internal sealed class FrequentValues
{
    /// <summary>Distinct values counted at the same time.</summary>
    public const int Capacity = 2_048;

    /// <summary>Longer values are counted by their beginning.</summary>
    public const int LongestValue = 120;

    private readonly Dictionary<string, long> _counts = [];
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public FrequentValues() => _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>By how much a count may be too low; 0 = all counts are exact.</summary>
    public long MaxError { get; private set; }

    public void Add(ReadOnlySpan<char> value)
    {
        var key = value.Length > LongestValue ? value[..LongestValue] : value;
        CollectionsMarshal.GetValueRefOrAddDefault(_lookup, key, out _)++;
        if (_counts.Count > Capacity)
        {
            Purge();
        }
    }

    /// <summary>The values seen most often, most frequent first, equally frequent ones in ordinal order.</summary>
    public IReadOnlyList<FrequentValue> Top(int count) =>
    [
        .. _counts
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(count)
            .Select(pair => new FrequentValue(pair.Key, pair.Value)),
    ];

    private void Purge()
    {
        var counts = _counts.Values.ToArray();
        Array.Sort(counts);
        var median = counts[counts.Length / 2];
        MaxError += median;
        foreach (var (value, count) in _counts.ToArray())
        {
            if (count <= median)
            {
                _counts.Remove(value);
            }
            else
            {
                _counts[value] = count - median;
            }
        }
    }
}
