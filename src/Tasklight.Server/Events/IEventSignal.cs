namespace Tasklight.Server.Events;

/// <summary>
/// Wakes readers of a task's log. A hint only: it says that the log reached a number, never what is in it, and losing one costs latency, not events.
/// </summary>
interface IEventSignal
{
    /// <summary>The log of the task reached <paramref name="sequence"/>. Never blocks.</summary>
    void Nudge(string organization, string taskId, long sequence);
}
