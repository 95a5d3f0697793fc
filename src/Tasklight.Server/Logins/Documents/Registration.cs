using System.Text.Json.Serialization;

namespace Tasklight.Server.Logins.Documents;

/// <summary>The answer to a <see cref="RegistrationRequest"/>.</summary>
sealed record Registration
{
    [JsonPropertyName("client_id")]
    public string? ClientId { get; init; }

    [JsonPropertyName("client_secret")]
    public string? ClientSecret { get; init; }

    /// <summary>Seconds since 1970; 0 = never.</summary>
    [JsonPropertyName("client_secret_expires_at")]
    public long? SecretExpiresAt { get; init; }

    [JsonPropertyName("token_endpoint_auth_method")]
    public string? AuthMethod { get; init; }
}
