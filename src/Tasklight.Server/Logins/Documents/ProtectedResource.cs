using System.Text.Json.Serialization;

namespace Tasklight.Server.Logins.Documents;

/// <summary>What a server says of itself by RFC 9728, as far as it matters here.</summary>
sealed record ProtectedResource
{
    [JsonPropertyName("resource")]
    public string? Resource { get; init; }

    [JsonPropertyName("authorization_servers")]
    public IReadOnlyList<string>? AuthorizationServers { get; init; }

    [JsonPropertyName("scopes_supported")]
    public IReadOnlyList<string>? Scopes { get; init; }
}
