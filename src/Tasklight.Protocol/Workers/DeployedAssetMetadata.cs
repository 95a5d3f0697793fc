namespace Tasklight.Protocol;

/// <summary>Names for a worker's log.</summary>
public sealed record DeployedAssetMetadata
{
    /// <summary>The agent's unique name.</summary>
    public string? UniqueName { get; init; }

    /// <summary>The agent's name.</summary>
    public string? Name { get; init; }
}
