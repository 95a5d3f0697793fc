namespace Tasklight.Worker;

/// <summary>Why a run is cancelled; a later word overrides an earlier one.</summary>
internal enum RunEnd
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The worker leaves. What the handler still returns is saved, else the task is handed back.</summary>
    Leaving,

    /// <summary>The task was stopped, or taken away. Nothing is written any more.</summary>
    Over,
}
