namespace Tasklight.Protocol;

/// <summary>A connector the end user has to log in to before the task can go on (contract: task-object §8).</summary>
public sealed record PendingECARequest
{
    /// <summary>The connector's name as people know it.</summary>
    public string ConnectorName { get; init => field = value ?? ""; } = "";

    /// <summary>Where the user logs in.</summary>
    public string AuthUrl { get; init => field = value ?? ""; } = "";
}
