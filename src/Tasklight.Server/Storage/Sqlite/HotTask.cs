using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A recently written task and the tail of its log, as of one commit. Immutable.</summary>
sealed record HotTask(TaskRow Row, EventTail Tail)
{
    // Records and their fields, without texts.
    const int RecordBytes = 2_000;

    // The id of a sub-task, and its places in lists.
    const long IdBytes = 112;

    public TaskRecord Record => Row.Record;

    /// <summary>About how much memory it takes.</summary>
    public long Bytes { get; } = RecordBytes + Tail.Bytes
        + (2L * (Length(Row.Record.Fields.Input.Text) + Length(Row.Record.Fields.Result) + Length(Row.Record.Fields.AdditionalContext) + Length(Row.Record.Fields.InstructionsOverride)))
        + (IdBytes * (Row.Record.Fields.SubExecutions.Count + Row.Record.Fields.FinishedSubExecutions.Count))
        + (Row.Record.Secrets?.Length ?? 0);

    static int Length(string? text) => text?.Length ?? 0;
}
