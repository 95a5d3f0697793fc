using Tasklight.Server.Storage;

namespace Tasklight.Server.Lifecycle;

/// <summary>The one door for changes to tasks: endpoints, workers, sweeper and claimer send their commands here.</summary>
sealed class TaskService(ITaskStore store, TimeProvider time)
{
    /// <summary>The time to put into commands.</summary>
    public DateTimeOffset Now => time.Now();

    /// <summary>Carries the command out, or says why not. Returns after the commit.</summary>
    public ValueTask<TaskOutcome> ApplyAsync(TaskCommand command) => store.ApplyAsync(command);
}
