namespace Tasklight.Agents.Tools;

/// <summary>Which events the calls of a tool make (contract: events §4, task-object §9).</summary>
public enum ToolEvents
{
    /// <summary>A <c>tool_call_request</c> before and a <c>tool_call_result</c> after.</summary>
    Call,

    /// <summary>One <c>think</c>, whose <c>payload.input</c> is the arguments.</summary>
    Think,

    /// <summary>One <c>analyze</c>, whose <c>payload.input</c> is the arguments.</summary>
    Analyze,

    /// <summary>None; what the tool changes is told by itself, as a plan is.</summary>
    None,
}
