using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A command for one task, with its idempotency key.</summary>
sealed class CommandRequest(TaskCommand command) : AnsweredRequest<TaskOutcome>
{
    public override int Bytes => command switch
    {
        TaskCommand.Create create => create.Turn.Fields.Input.Text?.Length ?? 0,
        TaskCommand.Save save => save.Patch.Result.IsSet ? save.Patch.Result.Value?.Length ?? 0 : 0,
        TaskCommand.SaveSession session => session.Steps.Sum(step => step.Data.Length),
        TaskCommand.Push push => push.Events.Sum(draft => draft.Data.Length),
        _ => 0,
    };

    public override void Fail(Exception error)
    {
        if (error is RefusedException refused)
            AnswerWith(new TaskOutcome(refused.Refusal));
        else
            base.Fail(error);
    }

    protected override TaskOutcome Run(SqliteWriter writer)
    {
        if (command.Idempotency is not { } key)
            return new TaskOutcome(writer.Tasks.Apply(command));
        if (Replays.FindTask(writer.Connection, command.Organization, key.Scope, key.Key, command.Now) is { } known)
            return Replay(writer, key, known.TaskId, known.BodyHash);

        var decision = writer.Tasks.Apply(command);
        if (decision is TaskDecision.Change)
            Replays.SaveTask(writer.Connection, command.Organization, key.Scope, key.Key, key.BodyHash, command.TaskId, command.Now);
        return new TaskOutcome(decision);
    }

    // A task that was deleted since is not found, but Replayed tells a repeated delete that it was the first one's doing.
    TaskOutcome Replay(SqliteWriter writer, IdempotencyKey key, string taskId, string bodyHash)
    {
        if (bodyHash != key.BodyHash)
            return new TaskOutcome(new TaskDecision.Refusal(RefusalReason.Conflict, ErrorCodes.IdempotencyConflict, $"The idempotency key '{key.Key}' was used with another body: use a new key for a new request."));
        if (writer.Tasks.Find(new TaskKey(command.Organization, taskId)) is not { } task)
            return new TaskOutcome(new TaskDecision.Refusal(RefusalReason.NotFound, ErrorCodes.NotFound, $"Task '{taskId}', which this idempotency key was used for, is gone."), Replayed: true);
        return new TaskOutcome(new TaskDecision.Change(task, []), Replayed: true);
    }
}
