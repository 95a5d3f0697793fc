namespace CsvAnalyst.Statistics;

/// <summary>
/// Quantiles in one pass: exact up to <see cref="ExactLimit"/> values, then a merging t-digest (Dunning and Ertl, 2019) of a few
/// hundred centroids, which is most precise at both ends.
/// </summary>
internal sealed class QuantileSketch
{
    /// <summary>More values than this are summarised.</summary>
    public const int ExactLimit = 10_000;

    private const double Compression = 200;

    private readonly List<double> _buffer = [];
    private List<Centroid> _centroids = [];
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private long _summarised;

    /// <summary>True once quantiles are estimates.</summary>
    public bool IsApproximate => _summarised > 0;

    public void Add(double value)
    {
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
        _buffer.Add(value);
        if (_buffer.Count > ExactLimit)
        {
            Summarise();
        }
    }

    /// <summary>The value below which the given share of all values lies; between two values it is interpolated.</summary>
    /// <param name="share">0 to 1.</param>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public double Quantile(double share)
    {
        if (_summarised == 0)
        {
            return ExactQuantile(share);
        }

        if (_buffer.Count > 0)
        {
            Summarise();
        }

        return EstimatedQuantile(share * _summarised);
    }

    private double ExactQuantile(double share)
    {
        if (_buffer.Count == 0)
        {
            throw new InvalidOperationException("There is no quantile of nothing: add a value first.");
        }

        _buffer.Sort();
        var position = share * (_buffer.Count - 1);
        var lower = (int)position;
        var upper = Math.Min(lower + 1, _buffer.Count - 1);
        return _buffer[lower] + ((position - lower) * (_buffer[upper] - _buffer[lower]));
    }

    private double EstimatedQuantile(double rank)
    {
        var (leftRank, leftValue) = (0.0, _min);
        var before = 0.0;
        foreach (var centroid in _centroids)
        {
            var middle = before + (centroid.Weight / 2);
            if (rank <= middle)
            {
                return Between(leftRank, leftValue, middle, centroid.Mean, rank);
            }

            (leftRank, leftValue) = (middle, centroid.Mean);
            before += centroid.Weight;
        }

        return Between(leftRank, leftValue, _summarised, _max, rank);
    }

    private static double Between(double leftRank, double left, double rightRank, double right, double rank) =>
        rightRank <= leftRank ? right : left + ((right - left) * (rank - leftRank) / (rightRank - leftRank));

    private void Summarise()
    {
        var all = new List<Centroid>(_centroids.Count + _buffer.Count);
        all.AddRange(_centroids);
        all.AddRange(_buffer.Select(value => new Centroid(value, 1)));
        all.Sort((one, other) => one.Mean.CompareTo(other.Mean));
        _summarised += _buffer.Count;
        _buffer.Clear();
        _centroids = Merge(all, _summarised);
    }

    // Neighbours are merged as long as together they span at most one unit of the scale, which is finer towards both ends.
    private static List<Centroid> Merge(List<Centroid> sorted, double total)
    {
        var merged = new List<Centroid>();
        var current = sorted[0];
        var before = 0.0;
        var scaleAtStart = Scale(0);
        for (var index = 1; index < sorted.Count; index++)
        {
            var next = sorted[index];
            var together = current.Weight + next.Weight;
            if (Scale((before + together) / total) - scaleAtStart <= 1)
            {
                current = new Centroid(current.Mean + ((next.Mean - current.Mean) * next.Weight / together), together);
                continue;
            }

            merged.Add(current);
            before += current.Weight;
            scaleAtStart = Scale(before / total);
            current = next;
        }

        merged.Add(current);
        return merged;
    }

    private static double Scale(double share) => Compression / (2 * Math.PI) * Math.Asin(Math.Clamp((2 * share) - 1, -1, 1));

    private readonly record struct Centroid(double Mean, double Weight);
}
