namespace Tasklight.Bench.Measure;

/// <summary>One measured value with what is needed to judge it.</summary>
sealed record Figure
{
    /// <summary>Its name in the table of goals, e.g. create-64.</summary>
    public required string Name { get; init; }

    public required double Value { get; init; }

    /// <summary>What the value counts: /s, ms, kB, MB, cores.</summary>
    public required string Unit { get; init; }

    public int Round { get; init; }

    public double? P50 { get; init; }

    public double? P99 { get; init; }

    public double? ServerCpuMicrosPerOperation { get; init; }

    public double? ServerRssMegabytes { get; init; }

    /// <summary>How busy the whole machine was, load generator and neighbours included.</summary>
    public double? MachineBusyPercent { get; init; }

    /// <summary>SHA-256 of one thread right after, in MB/s.</summary>
    public int? Yardstick { get; init; }

    public long Errors { get; init; }

    public long Lost { get; init; }

    public long Missing { get; init; }

    public long Duplicates { get; init; }

    public long OutOfOrder { get; init; }

    public string? FirstError { get; init; }

    public string? Note { get; init; }

    public DateTime At { get; init; } = DateTime.UtcNow;

    /// <summary>Only such a figure counts.</summary>
    public bool Clean => Errors + Lost + Missing + Duplicates + OutOfOrder == 0;
}
