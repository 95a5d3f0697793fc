using System.Runtime.CompilerServices;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Stub;

/// <summary>Tasks and frames as a server writes them.</summary>
internal static class StubTask
{
    public const string Id = "task-1";
    public const string Agent = "agent-1";
    public const string Organization = "organization-1";

    public static AgentTaskFields Fields(Action<AgentTaskFields>? change = null)
    {
        var task = new AgentTaskFields
        {
            Id = Id,
            AgentId = Agent,
            OrganizationId = Organization,
            Input = new() { Text = "Say hello" },
            CreatedAt = DateTimeOffset.UnixEpoch.AddYears(56),
            EventsStreaming = true,
            Source = "sdk",
            Attempt = 1,
        };
        change?.Invoke(task);
        return task;
    }

    public static string Json(Action<AgentTaskFields>? change = null) => JsonSerializer.Serialize(Fields(change), ProtocolJson.Default.AgentTaskFields);

    /// <summary>A frame of a task's event stream.</summary>
    public static string Event(int? sequence, string type, string data = "null", int second = 0) =>
        (sequence is null ? "" : $"id: {sequence}\n")
        + $"data: {{\"type\":\"{type}\",\"task_id\":\"{Id}\",\"organization_id\":\"{Organization}\",\"time\":\"2026-01-01T00:00:{second:00}Z\",\"data\":{data}}}\n\n";

    /// <summary>A frame of a worker stream.</summary>
    public static string Frame(string name, string data, string? id = null) => $"event: {name}\n" + (id is null ? "" : $"id: {id}\n") + $"data: {data}\n\n";

    /// <summary>An answer that begins and does not go on.</summary>
    public static async IAsyncEnumerable<string> SilenceAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        yield return " ";
        await Until.CancelledAsync(ct);
    }
}
