using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>
/// Runs the tasks of one agent in this process; a process may hold several workers. It keeps its tasks when the connection breaks or the server restarts, and leaves in order:
/// told to, it takes no more tasks, lets the running ones end, and hands back what does not end in time.
/// </summary>
public sealed class AgentWorker
{
    private readonly ILogger _log;
    private readonly HttpClient? _http;
    private Func<TaskContext, Task<object?>>? _handler;

    /// <summary>Makes the worker.</summary>
    /// <param name="options">How it works; all defaults when null.</param>
    /// <param name="log">Where it says what it does; the standard error output when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public AgentWorker(WorkerOptions? options = null, ILogger<AgentWorker>? log = null, HttpClient? http = null)
    {
        Options = options ?? new WorkerOptions();
        _log = log ?? (ILogger)new StandardErrorLog();
        _http = http;
    }

    internal WorkerOptions Options { get; }

    /// <summary>A whole worker in one call: works until the process gets SIGINT or SIGTERM, then leaves in order.</summary>
    /// <param name="handler">See <see cref="OnTask{TResult}(Func{AgentTask, CancellationToken, Task{TResult}})"/>.</param>
    /// <param name="options">How it works; all defaults when null.</param>
    /// <param name="ct">Ends the worker too.</param>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses this worker.</exception>
    public static Task RunAsync<TResult>(Func<AgentTask, CancellationToken, Task<TResult>> handler, WorkerOptions? options = null, CancellationToken ct = default) =>
        RunAllAsync([new AgentWorker(options).OnTask(handler)], ct);

    /// <summary>As <see cref="RunAsync{TResult}(Func{AgentTask, CancellationToken, Task{TResult}}, WorkerOptions?, CancellationToken)"/>, with a handler that tells what it does.</summary>
    /// <inheritdoc cref="RunAsync{TResult}(Func{AgentTask, CancellationToken, Task{TResult}}, WorkerOptions?, CancellationToken)" path="/exception"/>
    public static Task RunAsync<TResult>(Func<TaskContext, Task<TResult>> handler, WorkerOptions? options = null, CancellationToken ct = default) =>
        RunAllAsync([new AgentWorker(options).OnTask(handler)], ct);

    /// <summary>As <see cref="RunAsync{TResult}(Func{AgentTask, CancellationToken, Task{TResult}}, WorkerOptions?, CancellationToken)"/>, with a handler that yields events.</summary>
    /// <inheritdoc cref="RunAsync{TResult}(Func{AgentTask, CancellationToken, Task{TResult}}, WorkerOptions?, CancellationToken)" path="/exception"/>
    public static Task RunAsync(Func<TaskContext, IAsyncEnumerable<TaskUpdateEvent>> handler, WorkerOptions? options = null, CancellationToken ct = default) =>
        RunAllAsync([new AgentWorker(options).OnTask(handler)], ct);

    /// <summary>Several workers in one process, one an agent: work until SIGINT or SIGTERM, then leave in order. When one is refused, all leave.</summary>
    /// <param name="workers">The workers, each with its handler.</param>
    /// <param name="ct">Ends them too.</param>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses one of them.</exception>
    public static async Task RunAllAsync(IEnumerable<AgentWorker> workers, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        using var signals = new LeaveSignals(ct);
        var running = workers.Select(worker => worker.RunAsync(signals.Token)).ToList();
        ArgumentOutOfRangeException.ThrowIfZero(running.Count, nameof(workers));
        try
        {
            await (await Task.WhenAny(running).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await signals.LeaveAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Sets what is done with a task. The handler answers the task itself with what it set on it, a text that becomes the result, or any
    /// object that becomes the result as JSON. A task still <c>executing</c> then is <c>completed</c>; an exception makes it <c>error</c>
    /// with its message as the result.
    /// </summary>
    /// <param name="handler">Gets the task, and a token that is cancelled when the task is stopped or no longer this worker's.</param>
    public AgentWorker OnTask<TResult>(Func<AgentTask, CancellationToken, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnTask(context => handler(context.Task, context.Cancelled));
    }

    /// <summary>As <see cref="OnTask{TResult}(Func{AgentTask, CancellationToken, Task{TResult}})"/>, with a handler that tells what it does.</summary>
    public AgentWorker OnTask<TResult>(Func<TaskContext, Task<TResult>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = async context => await handler(context).ConfigureAwait(false);
        return this;
    }

    /// <summary>
    /// As <see cref="OnTask{TResult}(Func{AgentTask, CancellationToken, Task{TResult}})"/>, with a handler that yields events. They are told
    /// in order; its own <c>task_finished</c> ends the task with its data: the task, a text, or an object that becomes JSON.
    /// </summary>
    /// <param name="handler">Makes the events; see <see cref="TaskContext.Chunk"/>, <see cref="TaskContext.Event"/>, <see cref="TaskContext.Finished"/>.</param>
    public AgentWorker OnTask(Func<TaskContext, IAsyncEnumerable<TaskUpdateEvent>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = StreamedHandler.Drain(handler);
        return this;
    }

    /// <inheritdoc cref="OnTask(Func{TaskContext, IAsyncEnumerable{TaskUpdateEvent}})"/>
    public AgentWorker OnTask(Func<AgentTask, CancellationToken, IAsyncEnumerable<TaskUpdateEvent>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnTask(context => handler(context.Task, context.Cancelled));
    }

    /// <summary>Works until the token is cancelled, then leaves in order.</summary>
    /// <exception cref="InvalidOperationException">There is no handler.</exception>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses this worker.</exception>
    public async Task RunAsync(CancellationToken ct = default)
    {
        var handler = _handler ?? throw new InvalidOperationException($"A worker needs a handler: call {nameof(AgentWorker)}.{nameof(OnTask)} before {nameof(RunAsync)}.");
        using var session = new WorkerSession(Options, handler, _http, _log);
        await session.RunAsync(ct).ConfigureAwait(false);
    }
}
