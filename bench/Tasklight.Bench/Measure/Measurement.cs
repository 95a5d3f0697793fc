namespace Tasklight.Bench.Measure;

/// <summary>Notes processor time and memory around one run of operations.</summary>
sealed class Measurement(int process)
{
    readonly ProcessUsage _before = ProcessUsage.Of(process);
    readonly MachineUsage _machine = MachineUsage.Now();

    /// <summary>A rate, with the latencies of its operations.</summary>
    public Figure Rate(string name, long operations, TimeSpan time, Tally tally, Latencies? latencies = null) =>
        Close(name, Math.Round(operations / time.TotalSeconds, 1), "/s", tally, latencies, operations);

    /// <summary>Any other value.</summary>
    public Figure Value(string name, double value, string unit, Tally tally, Latencies? latencies = null) =>
        Close(name, Math.Round(value, 4), unit, tally, latencies, 0);

    Figure Close(string name, double value, string unit, Tally tally, Latencies? latencies, long operations)
    {
        var (after, machine) = (ProcessUsage.Of(process), MachineUsage.Now());
        return new Figure
        {
            Name = name,
            Value = value,
            Unit = unit,
            P50 = latencies is { Count: > 0 } ? latencies.Quantile(0.5) : null,
            P99 = latencies is { Count: > 0 } ? latencies.Quantile(0.99) : null,
            ServerCpuMicrosPerOperation = operations > 0 && process != 0 ? Math.Round((after.CpuSeconds - _before.CpuSeconds) * 1e6 / operations, 1) : null,
            ServerRssMegabytes = process != 0 ? Math.Round(after.RssMegabytes, 1) : null,
            MachineBusyPercent = Math.Round(_machine.PercentUntil(machine), 1),
            Yardstick = MachineUsage.Yardstick(),
            Errors = tally.Errors,
            Lost = tally.Lost,
            Missing = tally.Missing,
            Duplicates = tally.Duplicates,
            OutOfOrder = tally.OutOfOrder,
            FirstError = tally.FirstError,
        };
    }
}
