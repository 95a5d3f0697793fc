using Tasklight.Protocol;

namespace Tasklight.Sdk;

/// <summary>From an item of a list to the whole.</summary>
public static class ListItemExtensions
{
    /// <summary>Fetches the item's task.</summary>
    /// <param name="item">The item.</param>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="TaskNotFoundException">The task was deleted meanwhile.</exception>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public static Task<AgentTask> LoadAsync(this TasksListItem item, Configuration? configuration = null, CancellationToken ct = default) =>
        AgentTask.LoadAsync(item.Id, configuration, ct);

    /// <inheritdoc cref="LoadAsync(TasksListItem, Configuration, CancellationToken)"/>
    public static AgentTask Load(this TasksListItem item, Configuration? configuration = null, CancellationToken ct = default) =>
        AgentTask.Load(item.Id, configuration, ct);

    /// <summary>Fetches the item's agent.</summary>
    /// <inheritdoc cref="Agent.LoadAsync" path="/exception"/>
    public static Task<Agent> LoadAsync(this AgentsListItem item, Configuration? configuration = null, CancellationToken ct = default) =>
        Agent.LoadAsync(item.Id, configuration, ct: ct);

    /// <inheritdoc cref="LoadAsync(AgentsListItem, Configuration, CancellationToken)"/>
    public static Agent Load(this AgentsListItem item, Configuration? configuration = null, CancellationToken ct = default) =>
        Agent.Load(item.Id, configuration, ct: ct);
}
