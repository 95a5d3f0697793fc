namespace Tasklight.Server.Storage;

/// <summary>What this server is to an authorization server at which it registered itself.</summary>
/// <param name="Organization">The tenant that it was registered for.</param>
/// <param name="Issuer">The authorization server.</param>
/// <param name="RedirectUri">Where it sends people back to; another one needs another registration.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="Secrets">Its id and secret, sealed.</param>
sealed record StoredOAuthClient(string Organization, string Issuer, string RedirectUri, DateTimeOffset CreatedAt, byte[] Secrets);
