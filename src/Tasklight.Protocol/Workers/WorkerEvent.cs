using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>What a worker posts (contract: worker-protocol §2.2, extensions §3).</summary>
public sealed record WorkerEvent : IWireRequest
{
    /// <summary>The message's own id.</summary>
    public string? Id { get; init; }

    /// <summary>One of <see cref="WorkerEventNames"/>.</summary>
    public string Event { get; init => field = value ?? ""; } = "";

    /// <summary>What belongs to it; read it by the methods below.</summary>
    public JsonElement Data { get; init => field = JsonElements.OrNull(value); } = JsonElements.Null;

    /// <summary>The worker lives. Its clock, in <see cref="Data"/>, is not looked at.</summary>
    public bool IsHeartbeat => Event == WorkerEventNames.Heartbeat;

    /// <summary>A sign of life.</summary>
    public static WorkerEvent Heartbeat(string id, DateTimeOffset now) => new()
    {
        Id = id,
        Event = WorkerEventNames.Heartbeat,
        Data = JsonSerializer.SerializeToElement(WireTime.Format(now), ProtocolJson.Default.String),
    };

    /// <summary>All slots taken (true), or a run ended (false).</summary>
    public static WorkerEvent Capacity(string id, bool isBusy) => new()
    {
        Id = id,
        Event = WorkerEventNames.CapacityUpdate,
        Data = JsonSerializer.SerializeToElement(new WorkerCapacity { IsBusy = isBusy }, ProtocolJson.Default.WorkerCapacity),
    };

    /// <summary>Leaving; the tasks of these leases may be given to others at once.</summary>
    public static WorkerEvent Finished(string id, IReadOnlyList<string> leaseIds) => new()
    {
        Id = id,
        Event = WorkerEventNames.Finished,
        Data = JsonSerializer.SerializeToElement(new WorkerFinished { LeaseIds = leaseIds }, ProtocolJson.Default.WorkerFinished),
    };

    /// <summary>A handler ended without a final save.</summary>
    public static WorkerEvent RunEnded(string id, TaskLease lease) => OfLease(id, WorkerEventNames.RunEnded, lease);

    /// <summary>A handler was cancelled as asked.</summary>
    public static WorkerEvent TaskStopped(string id, TaskLease lease) => OfLease(id, WorkerEventNames.TaskStopped, lease);

    /// <summary>Reads a capacity update.</summary>
    public bool TryGetCapacity(out bool isBusy)
    {
        isBusy = Event == WorkerEventNames.CapacityUpdate && HasTrue("is_busy");
        return Event == WorkerEventNames.CapacityUpdate;
    }

    /// <summary>Reads a goodbye; the baseline hands no leases back.</summary>
    public bool TryGetFinished(out IReadOnlyList<string> leaseIds)
    {
        leaseIds = Event == WorkerEventNames.Finished && Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty("lease_ids", out var ids)
            && ids.ValueKind == JsonValueKind.Array
            ? [.. ids.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!)]
            : [];
        return Event == WorkerEventNames.Finished;
    }

    /// <summary>Reads the end of a run; false also when task or lease are missing.</summary>
    public bool TryGetRunEnded(out TaskLease lease) => TryGetLease(WorkerEventNames.RunEnded, out lease);

    /// <summary>Reads the answer to a stop; false also when task or lease are missing.</summary>
    public bool TryGetTaskStopped(out TaskLease lease) => TryGetLease(WorkerEventNames.TaskStopped, out lease);

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors) => WireRules.Required(errors, Event, "event");

    private static WorkerEvent OfLease(string id, string name, TaskLease lease) => new()
    {
        Id = id,
        Event = name,
        Data = JsonSerializer.SerializeToElement(lease, ProtocolJson.Default.TaskLease),
    };

    private bool TryGetLease(string name, out TaskLease lease)
    {
        lease = new TaskLease { TaskId = Text("task_id"), LeaseId = Text("lease_id") };
        return Event == name && lease.TaskId.Length > 0 && lease.LeaseId.Length > 0;
    }

    private bool HasTrue(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private string Text(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
