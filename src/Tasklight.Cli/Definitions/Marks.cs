namespace Tasklight.Cli.Definitions;

/// <summary>Where each value of a document stands in its file, by its path.</summary>
internal sealed class Marks
{
    private readonly Dictionary<string, Mark> _marks = new(StringComparer.Ordinal);

    public void Add(string path, long line, long column) => _marks[path] = new Mark(line, column, path);

    /// <summary>Something stands at the path.</summary>
    public bool Has(string path) => _marks.ContainsKey(path);

    /// <summary>What stands at one path is meant for another one too: an abbreviation and what it stands for.</summary>
    public void Alias(string from, string to)
    {
        foreach (var (path, mark) in _marks.ToList())
        {
            if (path == from || path.StartsWith(from + ".", StringComparison.Ordinal) || path.StartsWith(from + "[", StringComparison.Ordinal))
            {
                _marks[to + path[from.Length..]] = mark;
            }
        }
    }

    /// <summary>The place of a value, or of the nearest one around it; the path that is shown is the whole one then.</summary>
    public Mark Find(string path)
    {
        for (var around = path; ; around = Around(around))
        {
            if (_marks.TryGetValue(around, out var mark))
            {
                return mark with { Path = mark.Path + path[around.Length..] };
            }

            if (around.Length == 0)
            {
                return new Mark(1, 1, path);
            }
        }
    }

    private static string Around(string path) => path[..Math.Max(0, path.AsSpan().LastIndexOfAny('.', '['))];
}
