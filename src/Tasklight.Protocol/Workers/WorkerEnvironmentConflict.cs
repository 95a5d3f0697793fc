using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Tells a worker that it may not serve here; it stops listening (contract: worker-protocol §2.1).</summary>
public sealed record WorkerEnvironmentConflict
{
    /// <summary>The message's own id.</summary>
    public string? Id { get; init; }

    /// <summary>Always <see cref="WorkerEventNames.EnvironmentConflict"/>.</summary>
    public string Event { get; init => field = value ?? ""; } = WorkerEventNames.EnvironmentConflict;

    /// <summary>Always null.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>Why, for the worker's log.</summary>
    public string Error { get; init => field = value ?? ""; } = "";
}
