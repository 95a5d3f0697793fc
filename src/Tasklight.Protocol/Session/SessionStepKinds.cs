namespace Tasklight.Protocol;

/// <summary>The kinds of steps that the agent runtime writes and the server knows (docs/sessions.md).</summary>
public static class SessionStepKinds
{
    /// <summary>A new turn: what the user asked for.</summary>
    public const string Turn = "turn";

    /// <summary>A model's answer: text, reasoning, tool calls.</summary>
    public const string Model = "model";

    /// <summary>An approved call is about to be made: it is never made again.</summary>
    public const string ToolStarted = "tool_started";

    /// <summary>What a tool answered.</summary>
    public const string ToolResult = "tool_result";

    /// <summary>What became of an approval; written by the server alone, in the commit of the decision.</summary>
    public const string Approval = "approval";

    /// <summary>Takes the place of everything before it.</summary>
    public const string Summary = "summary";

    /// <summary>A remark.</summary>
    public const string Note = "note";
}
