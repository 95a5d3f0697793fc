using System.Text.Json.Serialization;

namespace Tasklight.Server.Logins.Documents;

/// <summary>How this server registers itself at an authorization server (RFC 7591).</summary>
sealed record RegistrationRequest(
    [property: JsonPropertyName("redirect_uris")] IReadOnlyList<string> RedirectUris,
    [property: JsonPropertyName("token_endpoint_auth_method")] string AuthMethod,
    [property: JsonPropertyName("scope")] string? Scope)
{
    [JsonPropertyName("client_name")]
    public string ClientName { get; init; } = "Tasklight";

    [JsonPropertyName("grant_types")]
    public IReadOnlyList<string> GrantTypes { get; init; } = ["authorization_code", "refresh_token"];

    [JsonPropertyName("response_types")]
    public IReadOnlyList<string> ResponseTypes { get; init; } = ["code"];
}
