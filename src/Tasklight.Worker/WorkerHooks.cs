using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>What a worker calls besides its handler.</summary>
internal sealed class WorkerHooks
{
    /// <summary>Unlike the others: the first failure is the worker's.</summary>
    public List<Func<CancellationToken, Task>> Boot { get; } = [];

    public HookList<CancellationToken> Shutdown { get; } = new(nameof(AgentWorker.OnShutdown));

    public HookList<(Agent Agent, AgentTask Task, TaskUpdateEvent Update)> AuthEvent { get; } = new(nameof(AgentWorker.OnAuthEvent));

    public HookList<ToolHookContext> ToolBefore { get; } = new(nameof(AgentWorker.OnToolBefore));

    public HookList<ToolHookContext> ToolAfter { get; } = new(nameof(AgentWorker.OnToolAfter));

    public HookList<ToolHookContext> ToolError { get; } = new(nameof(AgentWorker.OnToolError));
}
