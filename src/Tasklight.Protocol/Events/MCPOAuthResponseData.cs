using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What belongs to a login's state; only the keys of that state are set, and null keys are left out (contract: events §4).</summary>
public sealed record MCPOAuthResponseData
{
    /// <summary>login_required: where the user logs in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>login_required: the server's address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServerUrl { get; init; }

    /// <summary>login_required: the server's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ServerName { get; init; }

    /// <summary>token_ready: the token; in events always <see cref="MCPOAuthGetTokenResponse.Redacted"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AccessToken { get; init; }

    /// <summary>token_issue and not_supported: what is wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
