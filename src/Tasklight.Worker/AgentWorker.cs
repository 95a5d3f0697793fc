using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>
/// Runs the tasks of one agent in this process. It keeps its tasks when the connection breaks or the server restarts, and leaves in order:
/// told to, it takes no more tasks, lets the running ones end, and hands back what does not end in time.
/// </summary>
public sealed class AgentWorker
{
    private readonly WorkerOptions _options;
    private readonly ILogger _log;
    private readonly HttpClient? _http;
    private Func<TaskContext, Task<object?>>? _handler;

    /// <summary>Makes the worker.</summary>
    /// <param name="options">How it works; all defaults when null.</param>
    /// <param name="log">Where it says what it does; the standard error output when null.</param>
    /// <param name="http">The HTTP client to use; the SDK's own, shared by the process, when null.</param>
    public AgentWorker(WorkerOptions? options = null, ILogger<AgentWorker>? log = null, HttpClient? http = null)
    {
        _options = options ?? new WorkerOptions();
        _log = log ?? (ILogger)new StandardErrorLog();
        _http = http;
    }

    /// <summary>A whole worker in one call: works until the process gets SIGINT or SIGTERM, then leaves in order.</summary>
    /// <param name="handler">See <see cref="OnTask{TResult}(Func{AgentTask, CancellationToken, Task{TResult}})"/>.</param>
    /// <param name="options">How it works; all defaults when null.</param>
    /// <param name="ct">Ends the worker too.</param>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses this worker.</exception>
    public static Task RunAsync<TResult>(Func<AgentTask, CancellationToken, Task<TResult>> handler, WorkerOptions? options = null, CancellationToken ct = default) =>
        new AgentWorker(options).OnTask(handler).RunUntilSignalAsync(ct);

    /// <summary>As <see cref="RunAsync{TResult}(Func{AgentTask, CancellationToken, Task{TResult}}, WorkerOptions?, CancellationToken)"/>, with a handler that tells what it does.</summary>
    /// <inheritdoc cref="RunAsync{TResult}(Func{AgentTask, CancellationToken, Task{TResult}}, WorkerOptions?, CancellationToken)" path="/exception"/>
    public static Task RunAsync<TResult>(Func<TaskContext, Task<TResult>> handler, WorkerOptions? options = null, CancellationToken ct = default) =>
        new AgentWorker(options).OnTask(handler).RunUntilSignalAsync(ct);

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

    /// <summary>Works until the token is cancelled, then leaves in order.</summary>
    /// <exception cref="InvalidOperationException">There is no handler.</exception>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses this worker.</exception>
    public async Task RunAsync(CancellationToken ct = default)
    {
        var handler = _handler ?? throw new InvalidOperationException($"A worker needs a handler: call {nameof(AgentWorker)}.{nameof(OnTask)} before {nameof(RunAsync)}.");
        using var session = new WorkerSession(_options, handler, _http, _log);
        await session.RunAsync(ct).ConfigureAwait(false);
    }

    private async Task RunUntilSignalAsync(CancellationToken ct)
    {
        using var told = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
        await RunAsync(told.Token).ConfigureAwait(false);

        void Leave(PosixSignalContext signal)
        {
            // A second signal ends the process at once.
            signal.Cancel = !told.IsCancellationRequested;
            told.Cancel();
        }
    }
}
