namespace Tasklight.Server.Access;

/// <summary>The secrets of one MCP server, in clear.</summary>
readonly record struct ServerSecrets(string? ApiKey, string? ClientSecret, IReadOnlyDictionary<string, string>? Headers = null, IReadOnlyDictionary<string, string>? EnvVars = null);
