using Tasklight.Sdk;

namespace Tasklight.Agents.Session;

/// <summary>Takes the place of all steps before it. What the runtime counts within a turn goes on from here.</summary>
internal sealed record SummaryStep
{
    /// <summary>auto, manual, emergency or pre_retry.</summary>
    public string Trigger { get; init => field = value ?? ""; } = "";

    /// <summary>The request of the present turn, in full or shortened.</summary>
    public string NewTaskPrompt { get; init => field = value ?? ""; } = "";

    /// <summary>What was said, found and done so far.</summary>
    public string TaskContext { get; init => field = value ?? ""; } = "";

    /// <summary>The present turn.</summary>
    public TurnProgress Progress { get; init => field = value ?? new(); } = new();

    /// <summary>Files of the present turn.</summary>
    public IReadOnlyList<TaskFile> Files { get; init => field = value ?? []; } = [];
}
