namespace Tasklight.Protocol;

/// <summary>
/// The event types a program may want to switch over. The wire type stays text, so that a newer type never ends a stream: see
/// <see cref="TaskEventTypes.TryParse"/>.
/// </summary>
public enum TaskUpdateEventType
{
    /// <summary>The task was stored, or a new turn began; data is the task.</summary>
    TaskCreated,

    /// <summary>The task changed; data is the task.</summary>
    TaskUpdated,

    /// <summary>The turn ended; data is the task.</summary>
    TaskFinished,

    /// <summary>A piece of the answer's text; data is a string.</summary>
    Chunk,

    /// <summary>A login is needed, or done; data is <see cref="MCPOAuthGetTokenResponse"/>.</summary>
    AuthEvent,

    /// <summary>A tool call begins; data is <see cref="Protocol.ToolCallRequest"/>.</summary>
    ToolCallRequest,

    /// <summary>A tool call ended; data is <see cref="Protocol.ToolCallResult"/>.</summary>
    ToolCallResult,

    /// <summary>A child task was made; data is <see cref="Protocol.SubAgentTrigger"/>.</summary>
    SubAgentTrigger,

    /// <summary>A step of reasoning; data is a <see cref="Protocol.ToolCallRequest"/> whose <c>payload.input</c> is a <see cref="ReasoningStep"/>.</summary>
    Think,

    /// <summary>A step of analysis; as <see cref="Think"/>.</summary>
    Analyze,

    /// <summary>The plan changed; data is <see cref="DeepPlanning"/>.</summary>
    PlanUpdated,

    /// <summary>The session was or is being summarised; data is <see cref="TaskCompactizationEvent"/>.</summary>
    TaskCompactization,

    /// <summary>First event of newer streams; never sent to the baseline client.</summary>
    Connected,

    /// <summary>How full the context window is; data is <see cref="Protocol.ContextStatus"/>.</summary>
    ContextStatus,

    /// <summary>A child task was made.</summary>
    SubTaskCreated,

    /// <summary>A child task changed.</summary>
    SubTaskUpdated,

    /// <summary>A child task ended.</summary>
    SubTaskFinished,

    /// <summary>Tasklight: events before this one were dropped; data is <see cref="EventGap"/>.</summary>
    Gap,
}
