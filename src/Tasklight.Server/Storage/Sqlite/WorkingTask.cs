using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>One task within a transaction: how it was, how it is by now, and what of that is in the database already.</summary>
sealed class WorkingTask(TaskKey key)
{
    public TaskKey Key { get; } = key;

    /// <summary>The row's number; 0 while there is no task.</summary>
    public long N { get; set; }

    /// <summary>As the database has it at this point of the transaction; null when it has none.</summary>
    public TaskRow? Stored { get; set; }

    /// <summary>As the last command left it; null when there is none.</summary>
    public TaskRecord? Record { get; set; }

    public bool HasChunks { get; set; }

    /// <summary>Events of this transaction, in order; those before <see cref="EventsInserted"/> are in the database.</summary>
    public List<StoredEvent> Events { get; } = [];

    public int EventsInserted { get; set; }

    /// <summary>Steps of the session of this transaction; those before <see cref="StepsInserted"/> are in the database.</summary>
    public List<StoredStep> Steps { get; } = [];

    public int StepsInserted { get; set; }

    /// <summary>True when the row or the log must be written before the commit.</summary>
    public bool IsDirty { get; set; }

    /// <summary>True when the commit makes the cached state wrong.</summary>
    public bool IsTouched { get; set; }
}
