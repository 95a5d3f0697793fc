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
    private readonly WorkerHooks _hooks = new();
    private WorkerHandler? _handler;

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

    /// <summary>
    /// Several workers in one process, one an agent: work until SIGINT or SIGTERM, then leave in order. When one is refused, all leave. A
    /// program started with <c>--invoke --prompt TEXT</c> runs one local test task instead, writes its result, and ends.
    /// </summary>
    /// <param name="workers">The workers, each with its handler.</param>
    /// <param name="ct">Ends them too.</param>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses one of them.</exception>
    public static async Task RunAllAsync(IEnumerable<AgentWorker> workers, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(workers);
        var all = workers.ToList();
        ArgumentOutOfRangeException.ThrowIfZero(all.Count, nameof(workers));
        using var signals = new LeaveSignals(ct);
        if (await InvokeAsync(all, signals.Token).ConfigureAwait(false) is { } exitCode)
        {
            Environment.Exit(exitCode);
        }

        var sessions = new List<WorkerSession>();
        foreach (var worker in all)
        {
            sessions.Add(await worker.BootAsync(signals.Token).ConfigureAwait(false));
        }

        var running = all.Zip(sessions, (worker, session) => worker.WorkAsync(session, signals.Token)).ToList();
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
        _handler = new WorkerHandler(async context => await handler(context).ConfigureAwait(false), Yields: false);
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
        _handler = new WorkerHandler(StreamedHandler.Drain(handler), Yields: true);
        return this;
    }

    /// <inheritdoc cref="OnTask(Func{TaskContext, IAsyncEnumerable{TaskUpdateEvent}})"/>
    public AgentWorker OnTask(Func<AgentTask, CancellationToken, IAsyncEnumerable<TaskUpdateEvent>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnTask(context => handler(context.Task, context.Cancelled));
    }

    /// <summary>Adds what is done before the worker connects, in the order of adding. The first failure ends the start; nothing runs then.</summary>
    public AgentWorker OnBoot(Func<CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _hooks.Boot.Add(handler);
        return this;
    }

    /// <inheritdoc cref="OnBoot(Func{CancellationToken, Task})"/>
    public AgentWorker OnBoot(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return OnBoot(_ =>
        {
            handler();
            return Task.CompletedTask;
        });
    }

    /// <summary>Adds what is done after the worker has left, in the order of adding. A failure is logged; the others still run.</summary>
    public AgentWorker OnShutdown(Func<Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _hooks.Shutdown.Add(_ => handler());
        return this;
    }

    /// <inheritdoc cref="OnShutdown(Func{Task})"/>
    public AgentWorker OnShutdown(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _hooks.Shutdown.Add(_ => handler());
        return this;
    }

    /// <summary>
    /// Adds a hook for logins: called with the agent, the task and each <c>auth_event</c> that a handler tells, after the event was sent.
    /// What it raises is logged.
    /// </summary>
    public AgentWorker OnAuthEvent(Func<Agent, AgentTask, TaskUpdateEvent, Task> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.AuthEvent.Add(told => hook(told.Agent, told.Task, told.Update));
        return this;
    }

    /// <summary>Adds a hook before each <see cref="TaskContext.ToolCallAsync"/>. What it raises is logged and never stops the call.</summary>
    public AgentWorker OnToolBefore(Func<ToolHookContext, Task> hook)
    {
        _hooks.ToolBefore.Add(hook);
        return this;
    }

    /// <inheritdoc cref="OnToolBefore(Func{ToolHookContext, Task})"/>
    public AgentWorker OnToolBefore(Action<ToolHookContext> hook)
    {
        _hooks.ToolBefore.Add(hook);
        return this;
    }

    /// <summary>Adds a hook after each <see cref="TaskContext.ToolCallAsync"/> that succeeded, with its result. What it raises is logged.</summary>
    public AgentWorker OnToolAfter(Func<ToolHookContext, Task> hook)
    {
        _hooks.ToolAfter.Add(hook);
        return this;
    }

    /// <inheritdoc cref="OnToolAfter(Func{ToolHookContext, Task})"/>
    public AgentWorker OnToolAfter(Action<ToolHookContext> hook)
    {
        _hooks.ToolAfter.Add(hook);
        return this;
    }

    /// <summary>Adds a hook after each <see cref="TaskContext.ToolCallAsync"/> that failed, with its exception. What it raises is logged.</summary>
    public AgentWorker OnToolError(Func<ToolHookContext, Task> hook)
    {
        _hooks.ToolError.Add(hook);
        return this;
    }

    /// <inheritdoc cref="OnToolError(Func{ToolHookContext, Task})"/>
    public AgentWorker OnToolError(Action<ToolHookContext> hook)
    {
        _hooks.ToolError.Add(hook);
        return this;
    }

    /// <summary>Boots, works until the token is cancelled, leaves in order, and shuts down.</summary>
    /// <exception cref="InvalidOperationException">There is no handler.</exception>
    /// <exception cref="ModuleException">400: a setting is missing. Otherwise the server refuses this worker.</exception>
    public async Task RunAsync(CancellationToken ct = default) =>
        await WorkAsync(await BootAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    /// <summary>
    /// Runs one task here and answers it as it ended: created with <c>run_locally</c>, so that no worker is given it. Boots before, shuts
    /// down after; takes no other tasks.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the task is stopped.</exception>
    /// <exception cref="ModuleException">The task could not be created.</exception>
    public async Task<AgentTask> TestAsync(LocalTaskTest test, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(test);
        return await TestAsync(await BootAsync(ct).ConfigureAwait(false), test, ct).ConfigureAwait(false);
    }

    /// <summary>Checks the settings and calls the boot handlers; nothing of the worker is visible to the server yet.</summary>
    internal async Task<WorkerSession> BootAsync(CancellationToken ct)
    {
        var handler = _handler ?? throw new InvalidOperationException($"A worker needs a handler: call {nameof(AgentWorker)}.{nameof(OnTask)} before {nameof(RunAsync)}.");
        var session = new WorkerSession(Options, handler, _hooks, _http, _log);
        foreach (var boot in _hooks.Boot)
        {
            await boot(ct).ConfigureAwait(false);
        }

        return session;
    }

    /// <summary>Works, leaves and shuts down.</summary>
    internal async Task WorkAsync(WorkerSession session, CancellationToken ct)
    {
        try
        {
            await session.RunAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            await _hooks.Shutdown.RunAsync(CancellationToken.None, _log).ConfigureAwait(false);
        }
    }

    /// <summary>Runs one task and shuts down.</summary>
    internal async Task<AgentTask> TestAsync(WorkerSession session, LocalTaskTest test, CancellationToken ct)
    {
        try
        {
            return await session.TestAsync(test, ct).ConfigureAwait(false);
        }
        finally
        {
            await _hooks.Shutdown.RunAsync(CancellationToken.None, _log).ConfigureAwait(false);
        }
    }

    // The exit code, when the command line asks for an invoke.
    private static async Task<int?> InvokeAsync(List<AgentWorker> workers, CancellationToken ct)
    {
        try
        {
            if (InvokeCommand.Parse(Environment.GetCommandLineArgs()) is not { } command)
            {
                return null;
            }

            var chosen = workers[command.Choose([.. workers.Select(worker => worker.Options.Configuration.AgentId)])];
            return await command.RunAsync(chosen.TestAsync, Console.Out, Console.Error, ct).ConfigureAwait(false);
        }
        catch (InvokeException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return exception.ExitCode;
        }
    }
}
