namespace Tasklight.Cli.Definitions;

/// <summary>The lines in which two texts differ; what they begin and end with alike is left out.</summary>
internal static class LineDifference
{
    /// <summary>Lines that went (<c>-</c>), then lines that came (<c>+</c>).</summary>
    public static IEnumerable<(char Sign, string Line)> Of(string? before, string? after)
    {
        var (old, now) = (Lines(before), Lines(after));
        var first = 0;
        while (first < old.Length && first < now.Length && old[first] == now[first])
        {
            first++;
        }

        var last = 0;
        while (last < old.Length - first && last < now.Length - first && old[^(last + 1)] == now[^(last + 1)])
        {
            last++;
        }

        return [.. old[first..^last].Select(line => ('-', line)), .. now[first..^last].Select(line => ('+', line))];
    }

    private static string[] Lines(string? text) => text is null ? [] : text.TrimEnd('\n').Split('\n');
}
