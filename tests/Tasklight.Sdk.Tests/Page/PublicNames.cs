using System.Text.RegularExpressions;

namespace Tasklight.Sdk.Tests.Page;

/// <summary>What users can call, as the listings beside the projects name it.</summary>
internal sealed partial class PublicNames
{
    private readonly Dictionary<string, HashSet<string>> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _bases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    public PublicNames(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            _words.UnionWith(Word().Matches(line).Select(word => word.Value));
            var head = Head().Match(line);
            if (head.Success)
            {
                _bases[head.Groups["type"].Value] = head.Groups["bases"].Value.Split(", ");
                Of(head.Groups["type"].Value);
                continue;
            }

            var member = Member().Match(line);
            Of(member.Groups["type"].Value).Add(member.Groups["member"].Value);
        }
    }

    public bool HasType(string type) => _members.ContainsKey(type);

    public bool HasMember(string type, string member) =>
        _members.TryGetValue(type, out var members) && (members.Contains(member) || (_bases.TryGetValue(type, out var bases) && bases.Any(other => HasMember(other, member))));

    /// <summary>Whether the word is any name at all: of a type, a member, a parameter.</summary>
    public bool Has(string word) => _words.Contains(word);

    private HashSet<string> Of(string type) => _members.TryGetValue(type, out var members) ? members : _members[type] = new(StringComparer.Ordinal);

    [GeneratedRegex(@"^(?<type>\w+)(?:<\w+>)? \([\w ]+(?: : (?<bases>.*))?\)$", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Head();

    [GeneratedRegex(@"^(?<type>\w+)\.(?<member>\w+)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Member();

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Word();
}
