using System.Text.Json;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>A frame of a worker stream.</summary>
sealed record WorkerFrameSeen(string Event, string Id, JsonElement Data)
{
    public string Text(string key) => Data.GetProperty(key).GetString()!;

    /// <summary>The task's id and lease, for posts.</summary>
    public Dictionary<string, string> Lease => new() { ["task_id"] = Text("id"), ["lease_id"] = Id };
}
