namespace Tasklight.Server.Lifecycle;

/// <summary>Kinds of refusal; the edge maps each to one HTTP status.</summary>
enum RefusalReason
{
    /// <summary>404: no such task in this organization.</summary>
    NotFound,

    /// <summary>409: the task's state does not allow it.</summary>
    Conflict,

    /// <summary>409 with code lease_lost: the writer no longer holds the task.</summary>
    LeaseLost,

    /// <summary>403: not this caller.</summary>
    Forbidden,

    /// <summary>422: the command itself makes no sense (a cycle of parents, say).</summary>
    Invalid,
}
