using System.Diagnostics;

namespace Tasklight.Bench.Measure;

/// <summary>Times in milliseconds, from any thread.</summary>
sealed class Latencies
{
    readonly Lock _lock = new();
    double[] _values = new double[1024];
    int _count;

    public int Count => _count;

    public void Since(long from) => Between(from, Stopwatch.GetTimestamp());

    public void Between(long from, long to) => Add(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);

    public void Add(double milliseconds)
    {
        lock (_lock)
        {
            if (_count == _values.Length) Array.Resize(ref _values, _count * 2);
            _values[_count++] = milliseconds;
        }
    }

    /// <summary>The quantile, or NaN of nothing.</summary>
    /// <param name="part">0.5 is the median.</param>
    public double Quantile(double part)
    {
        lock (_lock)
        {
            if (_count == 0) return double.NaN;
            Array.Sort(_values, 0, _count);
            return Math.Round(_values[Math.Clamp((int)Math.Ceiling(part * _count) - 1, 0, _count - 1)], 3);
        }
    }
}
