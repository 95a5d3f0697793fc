using System.Text.Json.Serialization;

namespace Tasklight.Server.Logins.Documents;

/// <summary>The answer of a token endpoint: tokens, or the word for why there are none (RFC 6749 §5).</summary>
sealed record TokenAnswer
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("token_type")]
    public string? TokenType { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }
}
