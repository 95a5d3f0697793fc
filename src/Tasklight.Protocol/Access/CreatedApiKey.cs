namespace Tasklight.Protocol;

/// <summary>A new API key, the one time it is shown.</summary>
public sealed record CreatedApiKey : ApiKeyRecord
{
    /// <summary>The key itself. Secret; it cannot be asked for again.</summary>
    public string Key { get; init => field = value ?? ""; } = "";
}
