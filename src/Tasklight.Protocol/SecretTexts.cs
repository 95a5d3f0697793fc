using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tasklight.Protocol;

/// <summary>
/// Addresses and command lines, which are no secrets but may hold some: the user information of an address, and values that a name such as
/// <c>token=</c>, <c>--api-key</c> or <c>Authorization:</c> says to be one. What nothing names, a part of a path say, is taken for no secret.
/// </summary>
internal static class SecretTexts
{
    private const string Name = @"[\w.-]*(?:key|token|secret|pass(?:word|wd|phrase)?|pwd|auth|authorization|credentials?|signature|sig)";

    // Texts come from clients, so their length must not count more than once.
    private static readonly Regex Secret = new(
        @"://(?<userinfo>[^\s/?#""']+)@"
        + @"|(?:-H|--header)[\s=]+(?:""(?<header>[\w-]+):\s*(?<value>[^""]+)""|'(?<header>[\w-]+):\s*(?<value>[^']+)'|(?<header>[\w-]+):(?<value>[^\s""']+))"
        + $@"|""-*(?<name>{Name})=(?<value>[^""{{]+)""|'-*(?<name>{Name})=(?<value>[^'{{]+)'"
        + $@"|(?<name>{Name})=(?:""(?<value>[^""{{]+)""|'(?<value>[^'{{]+)'|(?<value>[^\s&#""'{{][^\s&#""']*))"
        + $@"|(?:^|\s)--?(?<name>{Name})\s+(?:""(?<value>[^""]+)""|'(?<value>[^']+)'|(?<value>[^\s""'-][^\s""']*))"
        + @"|\b(?<scheme>bearer)\s+(?<value>[^\s""',]+)",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>The text with the mask in the place of each secret; the same text when there is none.</summary>
    public static string Mask(string text) => Change(text, static (_, _) => SecretMask.Text);

    /// <summary>Replaces the secrets of a text. It finds the same ones under the same names again, provided what is put in has no blanks, quotes, slashes and ampersands.</summary>
    /// <param name="text">An address or a command line.</param>
    /// <param name="change">Gets a secret's name, unique within the text, and the secret, and answers what takes its place.</param>
    public static string Change(string text, Func<string, string, string> change)
    {
        StringBuilder? changed = null;
        Dictionary<string, int>? names = null;
        var at = 0;
        for (var match = Secret.Match(text); match.Success; match = match.NextMatch())
        {
            var secret = match.Groups["userinfo"] is { Success: true } user ? user : match.Groups["value"];
            changed ??= new StringBuilder(text.Length);
            changed.Append(text, at, secret.Index - at).Append(change(Unique(NameOf(match), names ??= new(StringComparer.Ordinal)), secret.Value));
            at = secret.Index + secret.Length;
        }

        return changed is null ? text : changed.Append(text, at, text.Length - at).ToString();
    }

    private static string NameOf(Match match)
    {
        foreach (var group in (ReadOnlySpan<string>)["name", "header", "scheme"])
        {
            if (match.Groups[group] is { Success: true } named)
            {
                return named.Value.TrimStart('-').ToLowerInvariant();
            }
        }

        return "userinfo";
    }

    private static string Unique(string name, Dictionary<string, int> taken)
    {
        taken[name] = taken.GetValueOrDefault(name) + 1;
        return taken[name] == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}#{taken[name]}");
    }
}
