namespace Tasklight.Server.Access;

/// <summary>Endpoint metadata: the scope a caller must have; of several, one is enough.</summary>
sealed record RequiredScope(Scope Scope);
