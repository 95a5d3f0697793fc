using System.Globalization;

namespace Tasklight.Agents.Tools;

/// <summary>Gives tools the names that models can call them by, each once.</summary>
internal sealed class ToolNames(IEnumerable<string> taken)
{
    /// <summary>What model providers allow.</summary>
    public const int Longest = 64;

    private readonly HashSet<string> _taken = new(taken.Select(Clean), StringComparer.Ordinal);

    /// <summary>The text with everything but ASCII letters, digits, <c>_</c> and <c>-</c> replaced, and cut.</summary>
    public static string Clean(string text)
    {
        var name = string.Concat(text.Select(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' ? character : '_'));
        return name.Length == 0 ? "_" : name.Length > Longest ? name[..Longest] : name;
    }

    /// <summary>The plain name; when another has it, the one with its owner in front; when that is taken too, with a number behind.</summary>
    public string Take(string plain, string owner)
    {
        var name = Clean(plain);
        if (_taken.Add(name))
        {
            return name;
        }

        var whole = Clean($"{owner}_{plain}");
        for (var number = 1; ; number++)
        {
            var ending = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{number}");
            var candidate = whole.Length + ending.Length > Longest ? whole[..(Longest - ending.Length)] + ending : whole + ending;
            if (_taken.Add(candidate))
            {
                return candidate;
            }
        }
    }
}
