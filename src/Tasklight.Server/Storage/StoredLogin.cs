namespace Tasklight.Server.Storage;

/// <summary>The tokens of a login.</summary>
/// <param name="Key">Whose login it is, and to what.</param>
/// <param name="Version">1, and one more with every change: who changes it names the version that he saw.</param>
/// <param name="UpdatedAt">When the tokens came.</param>
/// <param name="Secrets">The tokens and what is needed to refresh them, sealed.</param>
sealed record StoredLogin(LoginKey Key, int Version, DateTimeOffset UpdatedAt, byte[] Secrets);
