namespace Tasklight.Server.Access;

/// <summary>Who sends a request: the key's organization and rights. Set by the gate before any handler runs.</summary>
sealed record Caller(string Organization, string KeyId, string KeyName, Scope Scopes)
{
    public bool Has(Scope scope) => (Scopes & scope) == scope;
}
