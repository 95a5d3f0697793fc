using Tasklight.Agents.Runtime;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Hosting;

/// <summary>
/// Workers for any number of agents in one process: one an agent, all on one runtime and under one limit. An agent that the server refuses is
/// tried again until it is dismissed.
/// </summary>
public sealed class AgentWorkers : IAsyncDisposable
{
    private readonly AgentWorkersOptions _options;
    private readonly AgentRuntime _runtime;
    private readonly SemaphoreSlim _places;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Organization, string AgentId), HostedAgent> _agents = [];
    private readonly HashSet<Task> _leaving = [];
    private bool _isOver;

    /// <summary>Nothing is worked for yet.</summary>
    /// <param name="options">How they work; all defaults when null.</param>
    public AgentWorkers(AgentWorkersOptions? options = null)
    {
        _options = options ?? new();
        _runtime = new AgentRuntime(_options.Runtime);
        _places = new SemaphoreSlim(_options.MaxConcurrency);
    }

    /// <summary>The agents that are worked for, as organization and id.</summary>
    public IReadOnlyCollection<(string Organization, string AgentId)> Agents
    {
        get
        {
            lock (_gate)
            {
                return [.. _agents.Keys];
            }
        }
    }

    /// <summary>Works for an agent from now on; nothing happens when it is worked for already, or when all have left.</summary>
    /// <param name="configuration">The server, the key, the organization and the agent.</param>
    /// <exception cref="ModuleException">400: the configuration lacks one of them.</exception>
    public void Work(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var options = OptionsFor(configuration);
        lock (_gate)
        {
            if (!_isOver && !_agents.ContainsKey(KeyOf(configuration)))
            {
                _agents.Add(KeyOf(configuration), new HostedAgent(options, RunAsync, _options.Http, _options.Log));
            }
        }
    }

    /// <summary>Takes no more tasks of an agent; those that run may end (<see cref="AgentWorkersOptions.DismissalGrace"/>).</summary>
    public void Dismiss(string organizationId, string agentId)
    {
        lock (_gate)
        {
            if (_agents.Remove((organizationId, agentId), out var agent))
            {
                _leaving.RemoveWhere(task => task.IsCompleted);
                _leaving.Add(agent.LeaveAsync(_options.DismissalGrace));
            }
        }
    }

    /// <summary>Leaves in order, for good: takes no more tasks, lets those that run go on for the time given, hands back what is left.</summary>
    /// <param name="grace">How long running tasks may go on.</param>
    public Task LeaveAsync(TimeSpan grace)
    {
        lock (_gate)
        {
            _isOver = true;
            foreach (var agent in _agents.Values)
            {
                _leaving.Add(agent.LeaveAsync(grace));
            }

            _agents.Clear();
            return Task.WhenAll(_leaving);
        }
    }

    /// <summary>Leaves at once and hands back what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await LeaveAsync(TimeSpan.Zero).ConfigureAwait(false);
        _places.Dispose();
    }

    private static (string Organization, string AgentId) KeyOf(Configuration configuration) => (configuration.OrganizationId ?? "", configuration.AgentId ?? "");

    private WorkerOptions OptionsFor(Configuration configuration) => new()
    {
        Configuration = configuration,
        MaxConcurrency = _options.MaxConcurrencyPerAgent ?? _options.MaxConcurrency,
        HeartbeatInterval = _options.HeartbeatInterval,
        CompactBeforeRetry = _runtime.CompactAsync,
        HttpPort = null,
        Clock = _options.Clock,
    };

    // A sub-task needs no place: the task that waits for it has left its own.
    private async Task<AgentTask> RunAsync(TaskContext context)
    {
        if (context.Task.ParentExecution is not null)
        {
            return await _runtime.RunAsync(context).ConfigureAwait(false);
        }

        using var place = await RunPlace.TakeAsync(_places, context.Cancelled).ConfigureAwait(false);
        return await _runtime.RunAsync(context, place).ConfigureAwait(false);
    }
}
