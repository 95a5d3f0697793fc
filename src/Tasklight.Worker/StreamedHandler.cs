using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>A handler that yields events, seen as one that returns a result (contract: worker-protocol §12, last line).</summary>
internal static class StreamedHandler
{
    /// <summary>Every event is told in order, but for the handler's own <c>task_finished</c>: its data is what the handler returns.</summary>
    public static Func<TaskContext, Task<object?>> Drain(Func<TaskContext, IAsyncEnumerable<TaskUpdateEvent>> handler) => async context =>
    {
        object? returned = context.Task;
        var stream = handler(context) ?? throw new InvalidOperationException("The handler returned null: return the stream of its events.");
        await foreach (var update in stream.WithCancellation(context.Cancelled).ConfigureAwait(false))
        {
            if (update is null)
            {
                throw new InvalidOperationException($"The handler yielded null: yield events, see {nameof(TaskContext)}.{nameof(TaskContext.Event)}.");
            }

            if (update.Type == TaskEventTypes.TaskFinished)
            {
                returned = update.Data;
                continue;
            }

            await context.PushAsync(update).ConfigureAwait(false);
        }

        return returned;
    };
}
