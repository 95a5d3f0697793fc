namespace Tasklight.Agents.Runtime;

/// <summary>What a run does next.</summary>
internal abstract record NextMove
{
    /// <summary>Make the open calls of the last answer.</summary>
    public sealed record RunTools : NextMove;

    /// <summary>Ask the model.</summary>
    public sealed record AskModel : NextMove;

    /// <summary>Summarise the session first.</summary>
    public sealed record Compact(string Trigger, string? Focus = null) : NextMove;

    /// <summary>Say something to the model before it is asked again.</summary>
    public sealed record SendBack(string Reason, string Text) : NextMove;

    /// <summary>Wait for the user's answer.</summary>
    public sealed record AwaitAnswer(string Question) : NextMove;

    /// <summary>The task is completed.</summary>
    public sealed record Finish(string Result) : NextMove;

    /// <summary>The task has failed, and why.</summary>
    public sealed record Fail(string Result) : NextMove;
}
