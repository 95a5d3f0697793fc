using Tasklight.Sdk;

namespace Tasklight.Agents.Tools;

/// <summary>Where a run's tools come from. One source serves one run of one task, and is disposed at its end.</summary>
public interface IToolSource : IAsyncDisposable
{
    /// <summary>The tools are no more those that were told last; false for sources that never change.</summary>
    bool HasChanged => false;

    /// <summary>
    /// The tools for this task; called before the first model turn, and again before a later one when <see cref="HasChanged"/>. A source whose tools are not to be had now (a server that is down)
    /// answers one tool less and says so by a tool's description or not at all; it throws only what must end the task, with a sentence for
    /// its reader.
    /// </summary>
    /// <param name="context">The agent with the task's own settings put over it.</param>
    /// <param name="task">The task.</param>
    /// <param name="ct">The run is over.</param>
    ValueTask<IReadOnlyList<RuntimeTool>> OpenAsync(AgentContext context, AgentTask task, CancellationToken ct);
}
