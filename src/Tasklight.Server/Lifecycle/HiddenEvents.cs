namespace Tasklight.Server.Lifecycle;

/// <summary>Types of events that only REST shows.</summary>
static class HiddenEvents
{
    /// <summary>A save that came too late: what it wanted to write (contract: task-object §3).</summary>
    public const string LateResult = "late_result";

    /// <summary>The model's answer as report_task brought it, verbatim.</summary>
    public const string LlmResponse = "llm_response";

    /// <summary>The last metrics report of an attempt, verbatim.</summary>
    public const string Metrics = "metrics";

    /// <summary>Who approved or rejected what, when.</summary>
    public const string Approval = "approval";
}
