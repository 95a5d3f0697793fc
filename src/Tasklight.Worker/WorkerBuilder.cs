using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>Finishes the registration of a worker in a host.</summary>
public sealed class WorkerBuilder
{
    private readonly List<Action<AgentWorker>> _configure = [];

    internal WorkerBuilder(IServiceCollection services, WorkerOptions options) => (Services, Options) = (services, options);

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    internal WorkerOptions Options { get; }

    /// <inheritdoc cref="AgentWorker.OnTask{TResult}(Func{AgentTask, CancellationToken, Task{TResult}})"/>
    public WorkerBuilder OnTask<TResult>(Func<AgentTask, CancellationToken, Task<TResult>> handler) =>
        Configure(worker => worker.OnTask(handler));

    /// <inheritdoc cref="AgentWorker.OnTask{TResult}(Func{TaskContext, Task{TResult}})"/>
    public WorkerBuilder OnTask<TResult>(Func<TaskContext, Task<TResult>> handler) =>
        Configure(worker => worker.OnTask(handler));

    /// <inheritdoc cref="AgentWorker.OnTask(Func{TaskContext, IAsyncEnumerable{TaskUpdateEvent}})"/>
    public WorkerBuilder OnTask(Func<TaskContext, IAsyncEnumerable<TaskUpdateEvent>> handler) =>
        Configure(worker => worker.OnTask(handler));

    /// <inheritdoc cref="AgentWorker.OnTask(Func{TaskContext, IAsyncEnumerable{TaskUpdateEvent}})"/>
    public WorkerBuilder OnTask(Func<AgentTask, CancellationToken, IAsyncEnumerable<TaskUpdateEvent>> handler) =>
        Configure(worker => worker.OnTask(handler));

    /// <summary>Sets anything of the worker, its boot and shutdown handlers and its hooks for example.</summary>
    public WorkerBuilder Configure(Action<AgentWorker> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _configure.Add(configure);
        return this;
    }

    internal AgentWorker Build(ILogger<AgentWorker> log)
    {
        var worker = new AgentWorker(Options, log);
        _configure.ForEach(configure => configure(worker));
        return worker;
    }
}
