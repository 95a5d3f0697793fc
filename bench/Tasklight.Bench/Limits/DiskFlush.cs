using System.Diagnostics;
using Tasklight.Bench.Measure;

namespace Tasklight.Bench.Limits;

/// <summary>How long the disk takes to keep 4 KiB for good.</summary>
static class DiskFlush
{
    public static Figure Run(string directory, string name)
    {
        var path = Path.Combine(directory, "flush.tmp");
        var (latencies, measurement) = (new Latencies(), new Measurement(0));
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var page = new byte[4096];
            for (var i = 0; i < 500; i++)
            {
                var start = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, page, i * (long)page.Length);
                RandomAccess.FlushToDisk(file);
                latencies.Since(start);
            }
        }

        File.Delete(path);
        return measurement.Value(name, latencies.Quantile(0.5), "ms", new Tally(), latencies);
    }
}
