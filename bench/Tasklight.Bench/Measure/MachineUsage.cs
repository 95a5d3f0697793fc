using System.Diagnostics;
using System.Security.Cryptography;

namespace Tasklight.Bench.Measure;

/// <summary>What the whole machine did, so that a run beside noisy neighbours can be told from a quiet one.</summary>
readonly record struct MachineUsage(double BusyTicks, double TotalTicks)
{
    public static MachineUsage Now()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(double.Parse).ToArray();
        var total = fields.Sum();
        return new MachineUsage(total - fields[3] - fields[4], total);
    }

    /// <summary>Percent of the machine that was busy from this moment to the other.</summary>
    public double PercentUntil(MachineUsage later) => 100 * (later.BusyTicks - BusyTicks) / Math.Max(1, later.TotalTicks - TotalTicks);

    /// <summary>A yardstick: SHA-256 of one thread in MB/s, right now. Lines are comparable when it is alike.</summary>
    public static int Yardstick()
    {
        var block = new byte[65536];
        Span<byte> hash = stackalloc byte[32];
        var watch = Stopwatch.StartNew();
        var blocks = 0;
        for (; watch.ElapsedMilliseconds < 60; blocks++) SHA256.HashData(block, hash);
        return (int)(blocks * 0.065536 / watch.Elapsed.TotalSeconds);
    }
}
