namespace Tasklight.Server.Access;

/// <summary>Who sends a request: the key's organization and rights. Set by the gate before any handler runs.</summary>
sealed record Caller(string Organization, string KeyId, string KeyName, Scope Scopes)
{
    /// <summary>Whether all of these were given.</summary>
    public bool Has(Scope scope) => (Scopes & scope) == scope;

    /// <summary>Whether one of these was given.</summary>
    public bool HasAny(Scope scopes) => (Scopes & scopes) != Scope.None;
}
