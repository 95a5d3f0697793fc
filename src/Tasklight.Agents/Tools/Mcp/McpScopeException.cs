using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A server refuses a token that is good, because it is not good for this (RFC 6750, <c>insufficient_scope</c>).</summary>
/// <param name="scopes">What it would have to be good for; empty when the server does not say.</param>
internal sealed partial class McpScopeException(IReadOnlyList<string> scopes)
    : HttpRequestException($"It wants a login that is good for more{(scopes.Count == 0 ? ", and does not say for what" : $": {string.Join(' ', scopes)}")} (403).", inner: null, HttpStatusCode.Forbidden)
{
    private const int Most = 50;

    /// <summary>What the token would have to be good for.</summary>
    public IReadOnlyList<string> Scopes => scopes;

    /// <summary>What the answer says; null when it is another one.</summary>
    public static McpScopeException? Of(HttpStatusCode status, AuthenticationHeaderValue? challenge)
    {
        if (status != HttpStatusCode.Forbidden || challenge?.Parameter is not { } parameter)
        {
            return null;
        }

        var said = Parameters().Matches(parameter).ToLookup(match => match.Groups["name"].Value, match => match.Groups["value"].Value, StringComparer.OrdinalIgnoreCase);
        return said["error"].FirstOrDefault() == "insufficient_scope"
            ? new([.. (said["scope"].FirstOrDefault() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Take(Most)])
            : null;
    }

    // Scopes and error words need no escapes.
    [GeneratedRegex("""(?<name>[A-Za-z_]+)\s*=\s*(?:"(?<value>[^"]*)"|(?<value>[^\s,"]+))""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Parameters();
}
