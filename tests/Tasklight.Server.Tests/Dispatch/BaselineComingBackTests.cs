using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>Design §3, "Coming back", of unmodified workers: they have no instance, so that their old ids and addresses tell who they are.</summary>
public sealed class BaselineComingBackTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_baseline_worker_continues_its_session_when_its_old_id_beats()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        var id = await server.CreateAsync();
        await first.TaskAsync();
        await server.SaveAsync(id, AgentExecutionStatus.Executing);
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);

        using var second = await server.ConnectAgainAsync();
        var registration = second.NextAsync();
        await server.PassAsync(2 * Second);
        Assert.False(registration.IsCompleted);
        await first.HeartbeatAsync();

        Assert.Equal(first.WorkerId, (await registration)?.Text("id"));
        Assert.Equal(1, server.Session(first.WorkerId)?.InUse);
        await server.PassAsync(15 * Second);
        Assert.Equal(1, (await server.TaskAsync(id)).Attempt);
    }

    [Fact]
    public async Task After_each_break_a_baseline_worker_gets_one_orderly_end_so_that_it_never_counts_five_failures()
    {
        await using var server = await DispatchServer.StartAsync();
        var worker = await server.WorkerAsync();
        for (var i = 0; i < 6; i++)
        {
            var id = worker.WorkerId;
            worker.Dispose();
            await server.ClosedAsync(id);

            worker = await server.ConnectAgainAsync();
            await worker.BeatAsync(id);
            await worker.RegisteredAsync();
            Assert.Equal(id, worker.WorkerId);
        }

        worker.Dispose();
    }

    [Fact]
    public async Task Without_a_beat_a_baseline_worker_is_a_new_one_after_four_seconds()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);

        using var second = await server.ConnectAgainAsync();
        var registration = second.NextAsync();
        await server.PassAsync(TimeSpan.FromSeconds(3.9));
        Assert.False(registration.IsCompleted);
        await server.PassAsync(TimeSpan.FromSeconds(0.1));

        Assert.NotEqual(first.WorkerId, (await registration)?.Text("id"));
    }

    [Fact]
    public async Task A_baseline_worker_that_is_back_while_the_server_shuts_down_is_ended_in_order()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);
        await server.EndInOrderAsync();

        // Streams are ended before the port is closed, so that clients may knock again in between.
        server.Hub.Stop();
        using var second = await server.ConnectAsync();

        Assert.Null(await second.NextAsync());
    }

    [Fact]
    public async Task Another_key_does_not_wait_for_a_session_that_is_not_its_own()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);

        using var second = await (await server.ConnectAsync(key: "key-2")).RegisteredAsync();

        Assert.NotEqual(first.WorkerId, second.WorkerId);
    }

    [Fact]
    public async Task Two_workers_of_one_address_get_their_sessions_back_when_both_are_there()
    {
        await using var server = await DispatchServer.StartAsync();
        var (one, two) = await BrokenPairAsync(server);

        using var first = await server.WaitingAsync();
        var registration = first.NextAsync();
        await two.HeartbeatAsync();
        await one.HeartbeatAsync();
        await server.PassAsync(3 * Second);
        Assert.False(registration.IsCompleted);
        using var second = await server.WaitingAsync();
        var other = second.NextAsync();
        await two.HeartbeatAsync();
        Assert.Equal(one.WorkerId, (await registration)?.Text("id"));
        Assert.Equal(0, server.Session(one.WorkerId)?.Free);

        await server.PassAsync(Second);
        Assert.False(other.IsCompleted);
        await two.HeartbeatAsync();
        Assert.Equal(two.WorkerId, (await other)?.Text("id"));
        Assert.Equal(6, server.Session(one.WorkerId)?.Free);
    }

    [Fact]
    public async Task A_worker_that_got_its_neighbour_s_session_shows_it_by_its_silence_and_is_registered_again()
    {
        await using var server = await DispatchServer.StartAsync();
        var (one, two) = await BrokenPairAsync(server);
        using var first = await server.WaitingAsync();
        using var second = await server.WaitingAsync();
        await two.HeartbeatAsync();
        await one.HeartbeatAsync();
        Assert.Equal(one.WorkerId, (await first.NextAsync())?.Text("id"));

        // Both processes beat the first one's id now: the first one, which waits, and the second one, which was given it.
        await server.PassAsync(Second);
        await one.HeartbeatAsync();
        await server.PassAsync(2 * Second);

        Assert.Equal(two.WorkerId, (await first.NextAsync())?.Text("id"));
        Assert.Equal(one.WorkerId, (await second.NextAsync())?.Text("id"));
        first.Dispose();
        await server.ClosedAsync(two.WorkerId);
        Assert.True(server.Session(one.WorkerId)?.IsOpen);
    }

    [Fact]
    public async Task A_worker_waits_three_seconds_for_a_sign_of_life_of_its_neighbour()
    {
        await using var server = await DispatchServer.StartAsync();
        var (_, two) = await BrokenPairAsync(server);

        using var back = await server.WaitingAsync();
        var registration = back.NextAsync();
        await two.HeartbeatAsync();
        await server.PassAsync(TimeSpan.FromSeconds(2.9));
        Assert.False(registration.IsCompleted);
        await server.PassAsync(TimeSpan.FromSeconds(0.1));

        Assert.Equal(two.WorkerId, (await registration)?.Text("id"));
    }

    [Fact]
    public async Task An_unconfirmed_offer_of_a_continued_baseline_session_goes_elsewhere_after_ten_seconds()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        var id = await server.CreateAsync();
        await first.TaskAsync();
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);
        using var second = await server.ConnectAgainAsync();
        await first.HeartbeatAsync();
        await second.RegisteredAsync();

        await server.PassAsync(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1, (await server.TaskAsync(id)).Attempt);
        await server.PassAsync(Second);

        Assert.Equal(id, (await second.TaskAsync()).Text("id"));
        Assert.Equal(2, (await server.TaskAsync(id)).Attempt);
    }

    [Fact]
    public async Task An_offer_of_a_continued_baseline_session_that_was_stopped_unconfirmed_gives_its_slot_back_after_ten_seconds()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        var id = await server.CreateAsync();
        await first.TaskAsync();
        var begun = await server.CreateAsync();
        await first.TaskAsync();
        await server.SaveAsync(begun, AgentExecutionStatus.Executing);
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);
        await server.StopAsync(id);
        await server.StopAsync(begun);
        using var second = await server.ConnectAgainAsync();
        await first.HeartbeatAsync();
        await second.RegisteredAsync();

        await server.PassAsync(TimeSpan.FromSeconds(9.9));
        Assert.NotNull((await server.TaskAsync(id)).Run);
        await server.PassAsync(Second);

        await Eventually.HoldsAsync(async () => (await server.TaskAsync(id)).Run is null, "the run has ended");
        Assert.NotNull((await server.TaskAsync(begun)).Run);
    }

    [Fact]
    public async Task A_task_that_was_offered_to_a_baseline_worker_s_closed_stream_is_sent_once_when_it_is_back()
    {
        await using var server = await DispatchServer.StartAsync();
        var first = await server.WorkerAsync();
        var sent = await server.CreateAsync();
        Assert.Equal(sent, (await first.TaskAsync()).Text("id"));
        first.Dispose();
        await server.ClosedAsync(first.WorkerId);
        var id = await server.CreateAsync();
        await server.Service.ApplyAsync(new TaskCommand.Offer(DispatchServer.Organization, id, server.Service.Now, first.WorkerId));
        using var second = await server.ConnectAgainAsync();
        await first.HeartbeatAsync();
        await second.RegisteredAsync();

        Assert.Equal(id, (await second.TaskAsync()).Text("id"));
    }

    /// <summary>Two workers of one address whose streams broke, each past its orderly end.</summary>
    static async Task<(WorkerConnection One, WorkerConnection Two)> BrokenPairAsync(DispatchServer server)
    {
        var one = await server.WorkerAsync();
        var two = await server.WorkerAsync();
        one.Dispose();
        two.Dispose();
        await server.ClosedAsync(one.WorkerId);
        await server.ClosedAsync(two.WorkerId);
        await server.EndInOrderAsync();
        await server.EndInOrderAsync();
        return (one, two);
    }
}
