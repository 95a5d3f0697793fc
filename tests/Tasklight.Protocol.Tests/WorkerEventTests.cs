namespace Tasklight.Protocol.Tests;

public sealed class WorkerEventTests
{
    private static readonly TaskLease Lease = new() { TaskId = "t", LeaseId = "l" };

    [Fact]
    public void Each_message_is_read_by_its_own_method_only()
    {
        Assert.True(Sent(WorkerEvent.Heartbeat("1", DateTimeOffset.UnixEpoch)).IsHeartbeat);
        Assert.True(Sent(WorkerEvent.Capacity("1", isBusy: true)).TryGetCapacity(out var isBusy) && isBusy);
        Assert.True(Sent(WorkerEvent.Finished("1", ["a", "b"])).TryGetFinished(out var leases));
        Assert.Equal(["a", "b"], leases);
        Assert.True(Sent(WorkerEvent.RunEnded("1", Lease)).TryGetRunEnded(out var ended));
        Assert.True(Sent(WorkerEvent.TaskStopped("1", Lease)).TryGetTaskStopped(out var stopped));
        Assert.Equal((Lease, Lease), (ended, stopped));
        Assert.False(Sent(WorkerEvent.RunEnded("1", Lease)).TryGetTaskStopped(out _));
        Assert.False(Sent(WorkerEvent.RunEnded("1", Lease)).TryGetCapacity(out _));
    }

    [Theory]
    [InlineData("""{"event": "worker-capacity-update", "data": {"is_busy": false}}""")]
    [InlineData("""{"event": "worker-capacity-update", "data": null}""")]
    [InlineData("""{"event": "worker-capacity-update"}""")]
    public void A_capacity_update_that_does_not_say_busy_is_not_busy(string json) =>
        Assert.True(Wire.Read(json, ProtocolJson.Default.WorkerEvent).TryGetCapacity(out var isBusy) && !isBusy);

    [Fact]
    public void The_baseline_goodbye_hands_nothing_back()
    {
        Assert.True(Wire.Read("""{"id": "1", "event": "worker-finished", "data": {}}""", ProtocolJson.Default.WorkerEvent).TryGetFinished(out var leases));
        Assert.Empty(leases);
    }

    [Theory]
    [InlineData("""{"event": "run-ended", "data": {"task_id": "t"}}""")]
    [InlineData("""{"event": "run-ended", "data": {"task_id": 1, "lease_id": "l"}}""")]
    [InlineData("""{"event": "run-ended", "data": []}""")]
    public void The_end_of_a_run_needs_task_and_lease(string json) => Assert.False(Wire.Read(json, ProtocolJson.Default.WorkerEvent).TryGetRunEnded(out _));

    private static WorkerEvent Sent(WorkerEvent message) =>
        Wire.Read(Wire.Write(message, ProtocolJson.Default.WorkerEvent), ProtocolJson.Default.WorkerEvent);
}
