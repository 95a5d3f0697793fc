namespace Tasklight.Protocol;

/// <summary>One MCP server a task or an agent may use (contract: task-object §10).</summary>
public sealed record MCPServerDetails
{
    /// <summary>Where it runs; remote unless said.</summary>
    public MCPServerType Type { get; init; } = MCPServerType.Remote;

    /// <summary>The name shown to people and used to tell servers apart.</summary>
    public string? Name { get; init; }

    /// <summary>The command line of a local server.</summary>
    public string? Command { get; init; }

    /// <summary>The address of a remote server; checked when it is called, not here.</summary>
    public string? Url { get; init; }

    /// <summary>How it is spoken to; streamable HTTP unless said.</summary>
    public MCPServerTransport Transport { get; init; } = MCPServerTransport.StreamableHttp;

    /// <summary>How a client proves itself; none unless said.</summary>
    public MCPServerAuthType AuthType { get; init; } = MCPServerAuthType.None;

    /// <summary>Secret. Null or <see cref="SecretMask.Text"/> where the reader may not see it.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The OAuth client id.</summary>
    public string? ClientId { get; init; }

    /// <summary>Secret. Null or <see cref="SecretMask.Text"/> where the reader may not see it.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>Take the secrets from a secrets manager; false unless said.</summary>
    public bool UseSecretsManager { get; init; }

    /// <summary>Headers sent with every call; never null. Their values are secrets: <see cref="SecretMask.Text"/> where the reader may not see them.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init => field = value ?? EmptyMap.Instance; } = EmptyMap.Instance;

    /// <summary>Environment variables of a local server; never null. Their values are secrets, as those of <see cref="Headers"/>.</summary>
    public IReadOnlyDictionary<string, string> EnvVars { get; init => field = value ?? EmptyMap.Instance; } = EmptyMap.Instance;

    /// <summary>The tools the agent may call; empty = all. Never null.</summary>
    public IReadOnlyList<string> AllowedTools { get; init => field = value ?? []; } = [];

    /// <summary>OAuth scopes asked for besides the server's own; never null.</summary>
    public IReadOnlyList<string> AdditionalScopes { get; init => field = value ?? []; } = [];

    /// <summary>Whether a user's token serves all agents; true unless said.</summary>
    // Not init: the JSON source generator gives init-only properties that are absent the type's default, here false.
    public bool ShareUserTokenAcrossOtherAgents { get; set; } = true;
}
