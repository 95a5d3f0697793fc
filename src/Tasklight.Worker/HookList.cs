using Microsoft.Extensions.Logging;

namespace Tasklight.Worker;

/// <summary>Hooks of one kind, called in the order in which they were added. What one raises is logged; it stops neither the others nor the work.</summary>
/// <typeparam name="T">What a hook is told.</typeparam>
/// <param name="name">The kind, for the log.</param>
internal sealed class HookList<T>(string name)
{
    private readonly List<Func<T, Task>> _hooks = [];

    public bool IsEmpty => _hooks.Count == 0;

    public void Add(Func<T, Task> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.Add(hook);
    }

    public void Add(Action<T> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.Add(told =>
        {
            hook(told);
            return Task.CompletedTask;
        });
    }

    public async Task RunAsync(T told, ILogger log)
    {
        foreach (var hook in _hooks)
        {
            try
            {
                await hook(told).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // A hook watches; its trouble is not the work's.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                log.HookRaised(exception, name);
            }
        }
    }
}
