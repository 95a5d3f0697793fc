using System.Text;
using System.Text.RegularExpressions;

namespace Tasklight.Agents.Schema;

/// <summary>
/// A regular expression of a schema: ECMA-262 as far as .NET has it, matched in linear time. The few that need backtracking (look-around,
/// back references) have a tenth of a second.
/// </summary>
internal sealed class SchemaPattern
{
    private const int LongestText = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly Dictionary<string, string> Categories = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L",
        ["Uppercase_Letter"] = "Lu",
        ["Lowercase_Letter"] = "Ll",
        ["Number"] = "N",
        ["Decimal_Number"] = "Nd",
        ["digit"] = "Nd",
        ["Digit"] = "Nd",
        ["Punctuation"] = "P",
        ["punct"] = "P",
        ["Symbol"] = "S",
        ["Separator"] = "Z",
        ["Space_Separator"] = "Zs",
        ["Mark"] = "M",
        ["Other"] = "C",
        ["Control"] = "Cc",
        ["Cyrillic"] = "IsCyrillic",
        ["Greek"] = "IsGreek",
    };

    private readonly Regex _regex;

    private SchemaPattern(string text, Regex regex)
    {
        Text = text;
        _regex = regex;
    }

    /// <summary>As the schema has it.</summary>
    public string Text { get; }

    public static SchemaPattern Parse(string text, string place)
    {
        if (text.Length > LongestText)
            throw new SchemaException($"The regular expression at {place} has {text.Length} characters; {LongestText} are allowed.");

        try
        {
            return new(text, Linear(Translate(text)) ?? Backtracking(Translate(text)));
        }
        catch (ArgumentException e)
        {
            throw new SchemaException($"The regular expression at {place} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Null when it could not be found out in time.</summary>
    public bool? Matches(string value)
    {
        try
        {
            return _regex.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex? Linear(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Patience);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static Regex Backtracking(string pattern) => new(pattern, RegexOptions.CultureInvariant, Patience);

    // Where ECMA-262 and .NET write the same thing differently: \d \w \s are ASCII there, $ is the very end, \p has long names.
    private static string Translate(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        var inClass = false;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == '\\' && i + 1 < text.Length)
            {
                i = Escape(text, i + 1, inClass, result);
                continue;
            }

            // .NET subtracts a class within a class; ECMA-262 means the character.
            result.Append((letter, inClass) switch
            {
                ('$', false) => @"\z",
                ('[', true) => @"\[",
                _ => letter.ToString(),
            });
            inClass = letter switch { '[' => true, ']' => false, _ => inClass };
        }

        return result.ToString();
    }

    private static int Escape(string text, int i, bool inClass, StringBuilder result)
    {
        switch (text[i])
        {
            case 'd':
                result.Append(inClass ? "0-9" : "[0-9]");
                return i;
            case 'D' when !inClass:
                result.Append("[^0-9]");
                return i;
            case 'w':
                result.Append(inClass ? "a-zA-Z0-9_" : "[a-zA-Z0-9_]");
                return i;
            case 'W' when !inClass:
                result.Append("[^a-zA-Z0-9_]");
                return i;
            case 's':
                result.Append(inClass ? @"\s\ufeff" : @"[\s\ufeff]");
                return i;
            case 'S' when !inClass:
                result.Append(@"[^\s\ufeff]");
                return i;
            case 'p' or 'P' when text.AsSpan(i + 1).StartsWith("{") && text.IndexOf('}', i) is var end and > 0:
                var name = text[(i + 2)..end];
                result.Append('\\').Append(text[i]).Append('{').Append(Category(name)).Append('}');
                return end;
            case 'u' when text.AsSpan(i + 1).StartsWith("{") && text.IndexOf('}', i) is var end and > 0
                && int.TryParse(text.AsSpan(i + 2, end - i - 2), System.Globalization.NumberStyles.HexNumber, null, out var code)
                && Rune.IsValid(code):
                result.Append(Regex.Escape(new Rune(code).ToString()));
                return end;
            default:
                result.Append('\\').Append(text[i]);
                return i;
        }
    }

    private static string Category(string name)
    {
        var bare = name[(name.IndexOf('=') + 1)..];
        return Categories.GetValueOrDefault(bare, bare);
    }
}
