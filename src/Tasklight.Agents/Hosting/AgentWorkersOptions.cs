using Microsoft.Extensions.Logging;
using Tasklight.Agents.Runtime;
using Tasklight.Worker;

namespace Tasklight.Agents.Hosting;

/// <summary>How <see cref="AgentWorkers"/> work. Every setting has a working default.</summary>
public sealed class AgentWorkersOptions
{
    /// <summary>Tasks that run at once in the process unless said otherwise.</summary>
    public const int DefaultMaxConcurrency = 200;

    /// <summary>
    /// Tasks of all agents that run at once, at least 1; 200 unless set. Sub-tasks are not counted, and a task leaves its place while it waits for the agents it asked.
    /// A task that waits for its place is already <c>executing</c>.
    /// </summary>
    public int MaxConcurrency
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(MaxConcurrency)} is at least 1.");
    }

    = DefaultMaxConcurrency;

    /// <summary>Tasks of one agent that run at once, at least 1: the slots that the server is told; as <see cref="MaxConcurrency"/> when null, which it is unless set.</summary>
    public int? MaxConcurrencyPerAgent
    {
        get;
        set => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"{nameof(MaxConcurrencyPerAgent)} is at least 1.");
    }

    /// <summary>How the runtime works.</summary>
    public AgentRuntimeOptions Runtime { get; set; } = new();

    /// <summary>How long the tasks of an agent that is no longer worked for may go on; then they are handed back. 10 minutes unless set.</summary>
    public TimeSpan DismissalGrace { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>See <see cref="WorkerOptions.HeartbeatInterval"/>.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = WorkerOptions.DefaultHeartbeatInterval;

    /// <summary>The HTTP client to the server; the SDK's own, shared by the process, when null.</summary>
    public HttpClient? Http { get; set; }

    /// <summary>Where workers say what they do; the standard error output when null.</summary>
    public ILogger<AgentWorker>? Log { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
