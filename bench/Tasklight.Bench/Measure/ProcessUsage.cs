using System.Diagnostics;

namespace Tasklight.Bench.Measure;

/// <summary>Processor time and memory of one process, as Linux tells them.</summary>
readonly record struct ProcessUsage(double CpuSeconds, double RssMegabytes, long At)
{
    const double TicksPerSecond = 100;

    /// <summary>What the process has used until now.</summary>
    /// <param name="process">Process id; 0 measures nothing.</param>
    public static ProcessUsage Of(int process)
    {
        if (process == 0) return new ProcessUsage(double.NaN, double.NaN, Stopwatch.GetTimestamp());
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessUsage((double.Parse(fields[11]) + double.Parse(fields[12])) / TicksPerSecond, Rss(process), Stopwatch.GetTimestamp());
    }

    /// <summary>Processor cores in use, on average, from this moment to the other.</summary>
    public double CoresUntil(ProcessUsage later) => (later.CpuSeconds - CpuSeconds) / Stopwatch.GetElapsedTime(At, later.At).TotalSeconds;

    /// <summary>The most memory that the process ever had resident.</summary>
    public static double PeakMegabytes(int process) => Megabytes(process, "VmHWM:");

    static double Rss(int process) => Megabytes(process, "VmRSS:");

    static double Megabytes(int process, string name)
    {
        foreach (var line in File.ReadLines($"/proc/{process}/status"))
            if (line.StartsWith(name, StringComparison.Ordinal))
                return double.Parse(line[name.Length..].Replace("kB", "").Trim()) / 1024;
        return double.NaN;
    }
}
