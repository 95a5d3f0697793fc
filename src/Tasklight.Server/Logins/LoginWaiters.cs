using System.Threading.Channels;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Logins;

/// <summary>
/// Knows the tasks that are paused until somebody logs in, by the page that each of them names, and queues them again when the login is done.
/// A task that pauses when its login is done already goes on at once; so does one whose login was done when the server ended.
/// </summary>
sealed partial class LoginWaiters(
    ITaskStore store, ILoginStore logins, IDirectoryStore directory, TaskService tasks, LoginSweeper sweeper, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<LoginWaiters> log)
    : ITaskChangeListener, IStartupStep
{
    const int PageSize = 1_000;
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Dictionary<(string Organization, string Attempt), HashSet<string>> _waiting = [];
    readonly Channel<TaskKey> _toLookAt = Channel.CreateUnbounded<TaskKey>(new() { SingleReader = true });

    /// <summary>Finds the tasks that wait, and begins to look after them.</summary>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        foreach (var organization in await directory.OrganizationsAsync(cancel))
        {
            await FindAsync(organization.Id, cancel);
        }

        _ = LookAsync(lifetime.ApplicationStopping);
        sweeper.Start();
        lifetime.ApplicationStopping.Register(() => _ = sweeper.StopAsync());
    }

    /// <summary>These attempts led to a login.</summary>
    public void LoggedIn(string organization, IReadOnlyList<string> attempts)
    {
        lock (_lock)
        {
            foreach (var task in attempts.SelectMany(attempt => _waiting.GetValueOrDefault((organization, attempt)) ?? []))
            {
                LookAt(new(organization, task));
            }
        }
    }

    public void Committed(IReadOnlyList<TaskChange> changes)
    {
        for (var index = 0; index < changes.Count; index++)
        {
            var (before, after) = (PageOf(changes[index].Before), PageOf(changes[index].After));
            if (before != after)
            {
                Move(changes[index].Either, before, after);
            }
        }
    }

    static string? PageOf(TaskRecord? task) => task is { WaitsFor: TaskWait.Login } ? task.Fields.PendingEcaRequest!.AuthUrl : null;

    void Move(TaskRecord task, string? before, string? after)
    {
        lock (_lock)
        {
            if (LoginState.AttemptOf(task.Organization, before) is { } left && _waiting.TryGetValue((task.Organization, left), out var others))
            {
                others.Remove(task.Id);
                if (others.Count == 0)
                {
                    _waiting.Remove((task.Organization, left));
                }
            }

            if (LoginState.AttemptOf(task.Organization, after) is not { } attempt)
            {
                return;
            }

            if (!_waiting.TryGetValue((task.Organization, attempt), out var waiting))
            {
                _waiting[(task.Organization, attempt)] = waiting = new(StringComparer.Ordinal);
            }

            waiting.Add(task.Id);
        }

        LookAt(new(task.Organization, task.Id));
    }

    void LookAt(TaskKey task) => _toLookAt.Writer.TryWrite(task);

    async Task FindAsync(string organization, CancellationToken cancel)
    {
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(organization, new TaskQuery { WaitsFor = TaskWait.Login, Limit = PageSize, Cursor = cursor }, cancel);
            foreach (var item in page.Items)
            {
                if (await store.FindAsync(organization, item.Id, cancel) is { } task)
                {
                    Move(task, before: null, PageOf(task));
                }
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    async Task LookAsync(CancellationToken cancel)
    {
        try
        {
            await foreach (var task in _toLookAt.Reader.ReadAllAsync(cancel))
            {
                await TryReleaseAsync(task, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    async Task TryReleaseAsync(TaskKey key, CancellationToken cancel)
    {
        try
        {
            await ReleaseAsync(key, cancel);
        }
#pragma warning disable CA1031 // The loop must survive: one task must not keep all others waiting.
        catch (Exception problem) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogNotReleased(problem, key.TaskId);
            _ = LookAgainAsync(key, cancel);
        }
    }

    async Task ReleaseAsync(TaskKey key, CancellationToken cancel)
    {
        if (await store.FindAsync(key.Organization, key.TaskId, cancel) is { } task && PageOf(task) is { } page
            && LoginState.AttemptOf(key.Organization, page) is { } id
            && await logins.FindAttemptAsync(key.Organization, id, cancel) is { State: LoginAttemptState.Done })
        {
            await tasks.ApplyAsync(new TaskCommand.FinishLogin(key.Organization, key.TaskId, tasks.Now, page));
        }
    }

    async Task LookAgainAsync(TaskKey key, CancellationToken cancel)
    {
        await Task.Delay(PauseAfterFailure, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LookAt(key);
    }

    [LoggerMessage(LogLevel.Error, "Task {TaskId} could not be queued again after its login; it is tried again")]
    partial void LogNotReleased(Exception problem, string taskId);
}
