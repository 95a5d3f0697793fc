namespace Tasklight.Server.Hosting;

/// <summary>What must exist after a start; used verbatim.</summary>
sealed record BootstrapOptions
{
    /// <summary>An admin key. Default: made and shown on the first start.</summary>
    public string? Key { get; init; }

    /// <summary>Id of the organization that the key belongs to. Default: the one there is, on the first start a new UUID.</summary>
    public string? Organization { get; init; }
}
