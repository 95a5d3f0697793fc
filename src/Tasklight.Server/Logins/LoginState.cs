using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Tasklight.Server.Logins;

/// <summary>
/// The <c>state</c> of a page to log in: 256 random bits, then the organization, in which they are looked for. Only their hash is stored, so who
/// reads the store cannot come back in somebody's place.
/// </summary>
readonly record struct LoginState(string Organization, string Secret)
{
    const int SecretLength = 43;
    const int LongestOrganization = 256;

    /// <summary>What the store knows of it.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));

    public static LoginState New(string organization) => new(organization, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    public static bool TryParse([NotNullWhen(true)] string? text, out LoginState state)
    {
        var isOne = text is { Length: > SecretLength + 1 and <= SecretLength + 1 + LongestOrganization } && text[SecretLength] == '.';
        state = isOne ? new(text![(SecretLength + 1)..], text[..SecretLength]) : default;
        return isOne;
    }

    /// <summary>The attempt whose page this address is; null when it is none of the organization's.</summary>
    public static string? AttemptOf(string organization, string? page)
    {
        if (page is null || page.IndexOf('?', StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return null;
        }

        foreach (var pair in new QueryStringEnumerable(page.AsMemory(at)))
        {
            if (pair.DecodeName().Span.SequenceEqual("state") && TryParse(pair.DecodeValue().ToString(), out var state) && state.Organization == organization)
            {
                return state.Id;
            }
        }

        return null;
    }

    public override string ToString() => $"{Secret}.{Organization}";
}
