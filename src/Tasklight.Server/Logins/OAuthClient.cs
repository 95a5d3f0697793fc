namespace Tasklight.Server.Logins;

/// <summary>What this server is to an authorization server. Lives in clear for the moment of use only.</summary>
/// <param name="Id">Its <c>client_id</c>.</param>
/// <param name="Secret">Its secret; null for a public client.</param>
/// <param name="AuthMethod">How it proves itself at the token endpoint, in the words of RFC 7591.</param>
/// <param name="IsRegistered">It registered itself (RFC 7591); otherwise the definition of the MCP server names it.</param>
sealed record OAuthClient(string Id, string? Secret, string AuthMethod, bool IsRegistered)
{
    public const string NoAuth = "none";
    public const string Basic = "client_secret_basic";
    public const string Post = "client_secret_post";

    /// <summary>The authorization server's word means that a registration is no good any more, so that another one is to be made.</summary>
    public bool IsRefusedBy(string? word) => IsRegistered && word is "invalid_client" or "unauthorized_client" or "invalid_scope";

    /// <summary>When the secret of a registration ends; null = never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
