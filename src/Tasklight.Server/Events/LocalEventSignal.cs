namespace Tasklight.Server.Events;

/// <summary>The signal of a server that is alone on its store: commits and streams are in one process.</summary>
sealed class LocalEventSignal(TaskFeeds feeds) : IEventSignal
{
    public void Nudge(string organization, string taskId, long sequence) => feeds.Nudge(organization, taskId);
}
