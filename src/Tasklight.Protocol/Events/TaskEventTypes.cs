using System.Collections.Frozen;

namespace Tasklight.Protocol;

/// <summary>The words of <see cref="TaskUpdateEvent.Type"/> (contract: events §4).</summary>
public static class TaskEventTypes
{
    /// <summary>The task was stored, or a new turn began.</summary>
    public const string TaskCreated = "task_created";

    /// <summary>The task changed without ending.</summary>
    public const string TaskUpdated = "task_updated";

    /// <summary>The turn ended.</summary>
    public const string TaskFinished = "task_finished";

    /// <summary>A piece of the answer's text.</summary>
    public const string Chunk = "chunk";

    /// <summary>A login is needed, or done.</summary>
    public const string AuthEvent = "auth_event";

    /// <summary>A tool call begins.</summary>
    public const string ToolCallRequest = "tool_call_request";

    /// <summary>A tool call ended.</summary>
    public const string ToolCallResult = "tool_call_result";

    /// <summary>A child task was made.</summary>
    public const string SubAgentTrigger = "sub_agent_trigger";

    /// <summary>A step of reasoning.</summary>
    public const string Think = "think";

    /// <summary>A step of analysis.</summary>
    public const string Analyze = "analyze";

    /// <summary>The plan changed.</summary>
    public const string PlanUpdated = "plan_updated";

    /// <summary>The session was or is being summarised.</summary>
    public const string TaskCompactization = "task_compactization";

    /// <summary>Newer clients: the stream is open.</summary>
    public const string Connected = "connected";

    /// <summary>Newer clients: how full the context window is.</summary>
    public const string ContextStatus = "context_status";

    /// <summary>Newer clients: a child task was made.</summary>
    public const string SubTaskCreated = "sub_task_created";

    /// <summary>Newer clients: a child task changed.</summary>
    public const string SubTaskUpdated = "sub_task_updated";

    /// <summary>Newer clients: a child task ended.</summary>
    public const string SubTaskFinished = "sub_task_finished";

    /// <summary>Tasklight, REST only: history before the cursor was dropped (contract: extensions §4).</summary>
    public const string Gap = "gap";

    private static readonly FrozenDictionary<string, TaskUpdateEventType> Types = new Dictionary<string, TaskUpdateEventType>(StringComparer.Ordinal)
    {
        [TaskCreated] = TaskUpdateEventType.TaskCreated,
        [TaskUpdated] = TaskUpdateEventType.TaskUpdated,
        [TaskFinished] = TaskUpdateEventType.TaskFinished,
        [Chunk] = TaskUpdateEventType.Chunk,
        [AuthEvent] = TaskUpdateEventType.AuthEvent,
        [ToolCallRequest] = TaskUpdateEventType.ToolCallRequest,
        [ToolCallResult] = TaskUpdateEventType.ToolCallResult,
        [SubAgentTrigger] = TaskUpdateEventType.SubAgentTrigger,
        [Think] = TaskUpdateEventType.Think,
        [Analyze] = TaskUpdateEventType.Analyze,
        [PlanUpdated] = TaskUpdateEventType.PlanUpdated,
        [TaskCompactization] = TaskUpdateEventType.TaskCompactization,
        [Connected] = TaskUpdateEventType.Connected,
        [ContextStatus] = TaskUpdateEventType.ContextStatus,
        [SubTaskCreated] = TaskUpdateEventType.SubTaskCreated,
        [SubTaskUpdated] = TaskUpdateEventType.SubTaskUpdated,
        [SubTaskFinished] = TaskUpdateEventType.SubTaskFinished,
        [Gap] = TaskUpdateEventType.Gap,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<TaskUpdateEventType, string> Words = Types.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>True for the twelve types that the baseline client knows; any other type ends its stream (contract: README §4.11).</summary>
    public static bool IsBaseline(string type) => TryParse(type, out var known) && known <= TaskUpdateEventType.TaskCompactization;

    /// <summary>True for task_created, task_updated and task_finished: made by the server alone, data is the task.</summary>
    public static bool IsLifecycle(string type) => TryParse(type, out var known) && known <= TaskUpdateEventType.TaskFinished;

    /// <summary>The enum value of a word; false for words that are not known here.</summary>
    public static bool TryParse(string type, out TaskUpdateEventType known) => Types.TryGetValue(type, out known);

    /// <summary>The word of an enum value; a constant, never a new string.</summary>
    public static string ToWire(this TaskUpdateEventType type) => Words[type];
}
