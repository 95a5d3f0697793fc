namespace Tasklight.Server.Access;

/// <summary>Endpoint metadata: the scope a caller must have.</summary>
sealed record RequiredScope(Scope Scope);
