using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.Modes;

public sealed class AsyncMode : SdkMode
{
    public override Task<T> RunAsync<T>(Func<Task<T>> inTime, Func<T> here) => inTime();

    internal override async Task<List<TaskUpdateEvent>> EventsAsync(AgentTask task) =>
        await task.EventsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    internal override async Task<List<AgentSummary>> ListAllAsync(Agents agents) =>
        await agents.ListAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    internal override async Task<List<TasksListItem>> ListAllAsync(Tasks tasks, string? agent, TaskFilters? filters) =>
        await tasks.ListAllAsync(agent, filters, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
}
