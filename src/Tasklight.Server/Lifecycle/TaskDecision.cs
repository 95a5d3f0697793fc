using System.Collections.Immutable;

namespace Tasklight.Server.Lifecycle;

/// <summary>The answer of the rules to a command: a <see cref="Change"/> or a <see cref="Refusal"/>.</summary>
abstract record TaskDecision
{
    /// <summary>The command is carried out.</summary>
    /// <param name="Task">The task after it. Equal to the one before when there was nothing to do. Its <see cref="TaskRecord.Sequence"/> already counts <paramref name="Events"/>.</param>
    /// <param name="Events">New events in order; the first has the number behind the old sequence.</param>
    public sealed record Change(TaskRecord Task, ImmutableArray<EventDraft> Events) : TaskDecision
    {
        /// <summary>Commands for other tasks that belong to the same commit.</summary>
        public ImmutableArray<TaskCommand> FollowUps { get; init; } = [];

        /// <summary>New steps of the session, numbered behind the old <see cref="TaskRecord.SessionLast"/>.</summary>
        public ImmutableArray<SessionDraft> Steps { get; init; } = [];

        /// <summary>The row and its log are removed.</summary>
        public bool IsDeletion { get; init; }

        /// <summary>Names of patch fields that could not be applied (header Tasklight-Ignored).</summary>
        public ImmutableArray<string> Ignored { get; init; } = [];
    }

    /// <summary>The command changes nothing.</summary>
    /// <param name="Reason">What kind of no it is.</param>
    /// <param name="Code">A stable word for programs (<see cref="Protocol.ErrorCodes"/>).</param>
    /// <param name="Detail">A sentence for people: the task, what was asked, the status found, what is allowed.</param>
    public sealed record Refusal(RefusalReason Reason, string Code, string Detail) : TaskDecision;
}
