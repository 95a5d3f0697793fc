using Microsoft.Extensions.DependencyInjection;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>Finishes the registration of a worker in a host.</summary>
public sealed class WorkerBuilder
{
    internal WorkerBuilder(IServiceCollection services, WorkerOptions options) => (Services, Options) = (services, options);

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    internal WorkerOptions Options { get; }

    internal Action<AgentWorker>? SetHandler { get; private set; }

    /// <inheritdoc cref="AgentWorker.OnTask{TResult}(Func{AgentTask, CancellationToken, Task{TResult}})"/>
    public WorkerBuilder OnTask<TResult>(Func<AgentTask, CancellationToken, Task<TResult>> handler)
    {
        SetHandler = worker => worker.OnTask(handler);
        return this;
    }

    /// <inheritdoc cref="AgentWorker.OnTask{TResult}(Func{TaskContext, Task{TResult}})"/>
    public WorkerBuilder OnTask<TResult>(Func<TaskContext, Task<TResult>> handler)
    {
        SetHandler = worker => worker.OnTask(handler);
        return this;
    }

    /// <inheritdoc cref="AgentWorker.OnTask(Func{TaskContext, IAsyncEnumerable{TaskUpdateEvent}})"/>
    public WorkerBuilder OnTask(Func<TaskContext, IAsyncEnumerable<TaskUpdateEvent>> handler)
    {
        SetHandler = worker => worker.OnTask(handler);
        return this;
    }

    /// <inheritdoc cref="AgentWorker.OnTask(Func{TaskContext, IAsyncEnumerable{TaskUpdateEvent}})"/>
    public WorkerBuilder OnTask(Func<AgentTask, CancellationToken, IAsyncEnumerable<TaskUpdateEvent>> handler)
    {
        SetHandler = worker => worker.OnTask(handler);
        return this;
    }
}
