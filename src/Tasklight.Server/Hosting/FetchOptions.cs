namespace Tasklight.Server.Hosting;

/// <summary>What the server may fetch for its users: files, webhooks, MCP servers.</summary>
sealed record FetchOptions
{
    /// <summary>Refuse private, loopback and link-local addresses. Default true.</summary>
    public bool Guard { get; init; } = true;

    /// <summary>Host names, addresses and networks (10.1.0.0/16) that the guard lets through, separated by commas. Default none.</summary>
    public string Allow { get; init; } = "";

    /// <summary><see cref="Allow"/>, one by one.</summary>
    public string[] Hosts => Allow.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
