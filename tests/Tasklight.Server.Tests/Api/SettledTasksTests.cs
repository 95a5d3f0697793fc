using Tasklight.Protocol;
using Tasklight.Server.Api;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;
using Tasklight.Server.Storage.Sqlite;

namespace Tasklight.Server.Tests.Api;

public sealed class SettledTasksTests : IDisposable
{
    readonly string _directory = Directory.CreateTempSubdirectory("tasklight-settled-").FullName;
    readonly TestClock _clock = new();
    readonly SqliteStore _store;
    readonly SettledTasks _settled;

    public SettledTasksTests()
    {
        _store = SqliteStore.Open(new SqliteOptions(Path.Combine(_directory, "tasklight.db")), _clock);
        _settled = new(_store, _clock);
        _store.Listener = _settled;
    }

    [Fact]
    public async Task After_a_pause_that_was_over_at_once_the_wait_goes_on_and_does_not_look_again_and_again()
    {
        var fields = new AgentTaskFields { Id = "task-1", OrganizationId = "org-1", AgentId = "agent-1", Source = "sdk" };
        var now = _clock.GetUtcNow();
        var task = await ChangeAsync(new TaskCommand.Create("org-1", "task-1", now, new NewTurn(fields)));
        var end = _settled.WaitAsync(task, TimeSpan.FromMinutes(20), TestContext.Current.CancellationToken);
        var asked = _clock.Asked;

        // What the commit of a pause tells; when the look comes, the task is pending again. Each look asks for the time once.
        var pause = new TaskCommand.Save("org-1", "task-1", now, new TaskPatch { Status = AgentExecutionStatus.Paused }, null);
        _settled.Committed([new TaskChange(task, Assert.IsType<TaskDecision.Change>(TaskMachine.Decide(task, pause)).Task)]);

        await Eventually.HoldsAsync(() => _clock.Asked > asked, "it has looked");
        for (var commits = 0; commits < 50; commits++)
            await ChangeAsync(new TaskCommand.Save("org-1", "task-1", now, new TaskPatch { Title = $"{commits}" }, null));
        Assert.Equal(asked + 1, _clock.Asked);

        await ChangeAsync(new TaskCommand.Stop("org-1", "task-1", now, "tester"));
        Assert.Equal(AgentExecutionStatus.Stopped, (await end.InTime())?.Status);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    async Task<TaskRecord> ChangeAsync(TaskCommand command) => Assert.IsType<TaskDecision.Change>((await _store.ApplyAsync(command)).Decision).Task;
}
