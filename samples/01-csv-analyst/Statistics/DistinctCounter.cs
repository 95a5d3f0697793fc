namespace CsvAnalyst.Statistics;

/// <summary>Counts distinct values: exactly up to <see cref="ExactLimit"/>, as an estimate beyond.</summary>
internal sealed class DistinctCounter
{
    /// <summary>More distinct values than this are estimated.</summary>
    public const int ExactLimit = 10_000;

    private HashSet<ulong>? _exact = [];
    private HyperLogLog? _estimate;

    /// <summary>True once the count is an estimate.</summary>
    public bool IsApproximate => _exact is null;

    /// <summary>How many distinct values were added.</summary>
    public long Count => _exact?.Count ?? _estimate!.Estimate();

    public void Add(ReadOnlySpan<char> value)
    {
        var hash = TextHash.Of(value);
        if (_exact is null)
        {
            _estimate!.Add(hash);
            return;
        }

        _exact.Add(hash);
        if (_exact.Count > ExactLimit)
        {
            Estimate(_exact);
        }
    }

    private void Estimate(HashSet<ulong> exact)
    {
        _estimate = new HyperLogLog();
        foreach (var hash in exact)
        {
            _estimate.Add(hash);
        }

        _exact = null;
    }
}
