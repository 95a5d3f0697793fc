namespace Tasklight.Worker.Tests;

public sealed class WorkerOptionsTests
{
    public static TheoryData<string, Action<WorkerOptions>> Nonsense => new()
    {
        { "MaxConcurrency", options => options.MaxConcurrency = 0 },
        { "MaxPlanRetries", options => options.MaxPlanRetries = -1 },
        { "HttpPort", options => options.HttpPort = 65_536 },
        { "HeartbeatInterval", options => options.HeartbeatInterval = TimeSpan.Zero },
        { "HeartbeatInterval", options => options.HeartbeatInterval = TimeSpan.MaxValue },
        { "ShutdownGrace", options => options.ShutdownGrace = TimeSpan.FromSeconds(-1) },
        { "ShutdownGrace", options => options.ShutdownGrace = TimeSpan.MaxValue },
        { "SaveRetries", options => options.SaveRetries = TimeSpan.FromSeconds(-1) },
        { "InstanceId", options => options.InstanceId = "" },
        { "InstanceId", options => options.InstanceId = null! },
        { "InstanceId", options => options.InstanceId = "Büro 7" },
        { "InstanceId", options => options.InstanceId = "a\nb" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void What_makes_no_sense_is_refused_where_it_is_set(string setting, Action<WorkerOptions> set) =>
        Assert.Contains(setting, Assert.ThrowsAny<ArgumentException>(() => set(new WorkerOptions(_ => null))).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_of_what_a_worker_needs_can_be_taken_away()
    {
        var options = new WorkerOptions(_ => null);

        Assert.Throws<ArgumentNullException>(() => options.Configuration = null!);
        Assert.Throws<ArgumentNullException>(() => options.Clock = null!);
    }
}
