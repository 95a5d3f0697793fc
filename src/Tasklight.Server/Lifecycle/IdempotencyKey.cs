namespace Tasklight.Server.Lifecycle;

/// <summary>An idempotency key in its scope.</summary>
/// <param name="Key">1 to 255 characters.</param>
/// <param name="Scope">Method and path of the request.</param>
/// <param name="BodyHash">SHA-256 of the body.</param>
sealed record IdempotencyKey(string Key, string Scope, string BodyHash);
