using System.Globalization;
using Tasklight.Bench.Measure;

namespace Tasklight.Bench.Report;

/// <summary>Medians over the rounds, each beside its limit and its goal.</summary>
sealed class FigureTable(IReadOnlyCollection<Figure> figures)
{
    /// <summary>Every figure as a Markdown table; the last column says whether the goal is met.</summary>
    public void Write(TextWriter to)
    {
        to.WriteLine("| figure | median (least–most) | p50 / p99 ms | ratio to the limit | goal | |");
        to.WriteLine("|---|---|---|---|---|---|");
        foreach (var goal in GoalTable.All)
            if (Of(goal.Figure) is { Length: > 0 } rounds) to.WriteLine(Line(goal, rounds));
        foreach (var bad in figures.Where(static f => !f.Clean))
            to.WriteLine($"\n! {bad.Name} round {bad.Round} does not count: errors {bad.Errors}, lost {bad.Lost}, missing {bad.Missing}, duplicates {bad.Duplicates}, out of order {bad.OutOfOrder}. {bad.FirstError}");
    }

    string Line(Goal goal, Figure[] rounds)
    {
        var values = rounds.Where(static f => f.Clean).Select(static f => f.Value).Order().ToArray();
        if (values.Length == 0) return $"| {goal.Text} | – | | | | does not count |";
        var (median, ratio, unit) = (Median(values), Ratio(goal, rounds), rounds[0].Unit);
        var spread = values.Length > 1 ? $" ({Number(values[0])}–{Number(values[^1])})" : "";
        return $"| {goal.Text} | {Number(median)}{spread} {unit} | {Latency(rounds)} | {(ratio is { } r ? r.ToString("0.000", CultureInfo.InvariantCulture) : "")} | {Wanted(goal, unit)} | {Verdict(goal, median, ratio)} |";
    }

    /// <summary>The median of the ratios of each round; the limit's median stands in where a round has none.</summary>
    double? Ratio(Goal goal, Figure[] rounds)
    {
        if (goal.Limit is null || Of(goal.Limit) is not { Length: > 0 } limits) return null;
        var median = Median([.. limits.Select(static f => f.Value).Order()]);
        return Median([.. rounds.Where(static f => f.Clean).Select(f => f.Value / (Array.Find(limits, l => l.Round == f.Round)?.Value ?? median)).Order()]);
    }

    Figure[] Of(string name) => [.. figures.Where(f => f.Name == name)];

    static string Verdict(Goal goal, double value, double? ratio)
    {
        if (goal.Value is null && goal.Ratio is null) return "";
        var reached = (goal.Ratio, ratio) is ({ } wanted, { } got) ? Reaches(got, wanted, goal.AtMost) : Reaches(value, goal.Value ?? 0, goal.AtMost);
        return reached ? "reached" : "MISSED";
    }

    static bool Reaches(double value, double wanted, bool atMost) => atMost ? value <= wanted : value >= wanted;

    static string Wanted(Goal goal, string unit)
    {
        var sign = goal.AtMost ? "≤" : "≥";
        var absolute = goal.Value is { } value ? $"{sign} {Number(value)} {unit}" : "";
        return goal.Ratio is { } ratio ? $"{sign} {ratio:0.###} of the limit{(absolute.Length > 0 ? $", {absolute}" : "")}" : absolute;
    }

    static string Latency(Figure[] rounds) => rounds[0].P50 is null
        ? ""
        : $"{Number(Median([.. rounds.Select(static f => f.P50 ?? 0).Order()]))} / {Number(Median([.. rounds.Select(static f => f.P99 ?? 0).Order()]))}";

    static double Median(double[] sorted) => sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];

    static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", >= 0.1 => "0.00", _ => "0.####" }, CultureInfo.InvariantCulture);
}
