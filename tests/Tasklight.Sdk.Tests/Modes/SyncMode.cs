using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.Modes;

/// <summary>On a thread of its own, because it blocks one.</summary>
public sealed class SyncMode : SdkMode
{
    public override Task<T> RunAsync<T>(Func<Task<T>> inTime, Func<T> here) =>
        Task.Factory.StartNew(here, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    internal override Task<List<TaskUpdateEvent>> EventsAsync(AgentTask task) =>
        RunAsync<List<TaskUpdateEvent>>(null!, () => [.. task.Events(TestContext.Current.CancellationToken)]);

    internal override Task<List<AgentSummary>> ListAllAsync(Agents agents) =>
        RunAsync<List<AgentSummary>>(null!, () => [.. agents.ListAll(TestContext.Current.CancellationToken)]);

    internal override Task<List<TasksListItem>> ListAllAsync(Tasks tasks, string? agent, TaskFilters? filters) =>
        RunAsync<List<TasksListItem>>(null!, () => [.. tasks.ListAll(agent, filters, TestContext.Current.CancellationToken)]);
}
