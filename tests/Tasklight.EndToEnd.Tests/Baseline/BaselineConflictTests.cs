namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>Two environments on one agent, where that is refused (contract: worker-protocol §9).</summary>
public sealed class BaselineConflictTests
{
    [Fact]
    public async Task A_cloud_worker_beside_a_local_one_is_told_of_the_conflict_and_stops_listening()
    {
        await using var server = await ServerFixture.StartAsync("--sessions-environment-conflict", "refuse");
        var options = server.Baseline(await server.CreateAgentAsync());
        await using var local = await BaselineWorker.StartRegisteredAsync(options, static (task, _) => Task.FromResult<BaselineTask?>(task));
        await using var cloud = BaselineWorker.Start(options with { IsCloud = true }, static (task, _) => Task.FromResult<BaselineTask?>(task));

        Assert.Equal(0, await cloud.Exited.InTime());
        Assert.NotEmpty(cloud.Conflict!);
        Assert.False(local.Exited.IsCompleted);
    }
}
