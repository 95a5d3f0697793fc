using Tasklight.Stub;

namespace Tasklight.Sdk.Tests.Modes;

public sealed class SyncEventStreamTests() : EventStreamTests(new SyncMode())
{
    [Fact]
    public async Task A_thread_that_waits_for_an_event_is_woken_by_a_cancellation()
    {
        await using var server = await StubServer.StartAsync(call => call.Path.EndsWith("/status", StringComparison.Ordinal)
            ? StubAnswer.Ok(StubTask.Json())
            : StubAnswer.Stream(StubTask.SilenceAsync()));
        var task = await StubSdk.TasksOf(server).GetAsync(StubTask.Id, TestContext.Current.CancellationToken);
        using var cancelled = new CancellationTokenSource();
        var reading = new SyncMode().RunAsync<int>(null!, () => task.Events(cancelled.Token).Count());
        await server.NextAsync(call => call.Path.EndsWith("/events", StringComparison.Ordinal));

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }
}
