namespace Tasklight.Server.Lifecycle;

/// <summary>Who made an event. The numbers are stored.</summary>
enum EventKind
{
    /// <summary>task_created, task_updated, task_finished by the server: data are the changed fields.</summary>
    Lifecycle = 1,

    /// <summary>Made by the server beside the lifecycle (plan_updated, sub_agent_trigger …): data are the event's own.</summary>
    Server = 2,

    /// <summary>Pushed by a worker or client.</summary>
    Pushed = 3,

    /// <summary>Kept for the record and shown on REST only (late results, unapplied saves).</summary>
    Hidden = 4,
}
