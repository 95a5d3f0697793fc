namespace CsvAnalyst.Statistics;

/// <summary>Count, minimum, maximum, mean and standard deviation in one pass (Welford: no large sums that swallow small values).</summary>
internal sealed class Moments
{
    private double _squares;

    public long Count { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    public double Mean { get; private set; }

    /// <summary>The sample's standard deviation (divided by n − 1); 0 for fewer than two values.</summary>
    public double StandardDeviation => Count < 2 ? 0 : Math.Sqrt(_squares / (Count - 1));

    public void Add(double value)
    {
        Count++;
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
        var distance = value - Mean;
        Mean += distance / Count;
        _squares += distance * (value - Mean);
    }
}
