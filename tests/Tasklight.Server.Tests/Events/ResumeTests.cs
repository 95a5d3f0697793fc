using System.Net.Sockets;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Events;

/// <summary>Nothing lost, nothing twice, everything in order, whatever happens to readers and nudges.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task Law_3_The_log_is_the_truth_with_a_signal_that_drops_every_nudge()
    {
        await using var host = await EventsHost.StartAsync(static services => services.AddSingleton<IEventSignal, DeafSignal>());
        await host.CreateAsync();
        using var stream = await host.SdkAsync();
        await stream.MustNextAsync();

        await host.SaveAsync(AgentExecutionStatus.Executing);
        await host.PushChunksAsync(0, 1000);
        await host.SaveAsync(AgentExecutionStatus.Completed, "done");
        host.Clock.Advance(TimeSpan.FromSeconds(TaskFeeds.LookTicks));

        Assert.Equal(Enumerable.Range(2, 1002).Select(static n => (long)n), (await stream.ToEndAsync()).Select(static frame => frame.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Readers_that_drop_and_resume_at_random_see_every_event_once_in_order(int seed)
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        var readers = Enumerable.Range(0, 8).Select(n => ReadWithDropsAsync(host, new Random((seed * 100) + n))).ToArray();

        var random = new Random(seed);
        await host.SaveAsync(AgentExecutionStatus.Executing);
        for (var sent = 0; sent < 1500;)
        {
            var count = random.Next(1, 40);
            await host.PushChunksAsync(sent, count);
            sent += count;
        }

        var end = await host.SaveAsync(AgentExecutionStatus.Completed, "done");

        foreach (var seen in await Task.WhenAll(readers))
        {
            Assert.Equal(Enumerable.Range(1, (int)end.Sequence).Select(static n => (long)n), seen);
        }
    }

    [Fact]
    public async Task A_thousand_subscribers_all_get_everything_in_order()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        var streams = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => host.SdkAsync()));
        var readers = streams.Select(static stream => Task.Run(stream.ToEndAsync)).ToArray();

        for (var sent = 0; sent < 60; sent += 20)
        {
            await host.PushChunksAsync(sent, 20);
        }

        await host.SaveAsync(AgentExecutionStatus.Completed);

        var expected = Enumerable.Range(1, 62).Select(static n => (long)n).ToArray();
        foreach (var frames in await Task.WhenAll(readers))
        {
            Assert.Equal(expected, frames.Select(static frame => frame.Id));
        }

        foreach (var stream in streams)
        {
            stream.Dispose();
        }
    }

    [Fact]
    public async Task A_subscriber_that_reads_nothing_holds_back_nobody_and_still_gets_everything()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var slow = await ConnectSlowlyAsync(host);
        using var quick = await host.SdkAsync();
        await PushMoreThanBuffersHoldAsync(host);
        await host.SaveAsync(AgentExecutionStatus.Completed);
        Assert.Equal(1002, (await quick.ToEndAsync()).Count);

        var seen = Ids(await ReadAllAsync(slow, host.Deadline));
        Assert.Equal(Enumerable.Range(1, 1002).Select(static n => (long)n), seen);
    }

    [Fact]
    public async Task Many_saves_of_a_task_with_a_large_prompt_are_read_in_small_steps()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync(static fields => fields.Input = new AgentExecutionInput { Text = new string('p', 500_000) });
        for (var i = 0; i < 20; i++)
        {
            await host.ApplyAsync(new TaskCommand.Save(EventsHost.Org, EventsHost.TaskId, host.Clock.GetUtcNow(), new TaskPatch { Title = $"title {i}" }, null));
        }

        var reader = new EventReader(host.Store, new TaskKey(EventsHost.Org, EventsHost.TaskId), 0);
        Assert.Equal(3, (await reader.ReadAsync(100)).Length);
        Assert.Equal(3, reader.Position);

        await host.SaveAsync(AgentExecutionStatus.Completed);
        using var stream = await host.SdkAsync();
        Assert.Equal(Enumerable.Range(1, 22).Select(static n => (long)n), (await stream.ToEndAsync()).Select(static frame => frame.Id));
    }

    [Fact]
    public async Task A_feed_that_lay_idle_shows_the_whole_task_again_when_it_wakes()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        await host.SaveAsync(AgentExecutionStatus.Executing);
        using var stream = await host.SdkAsync();
        await stream.MustNextAsync();
        await stream.MustNextAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(TaskFeeds.IdleTicks + 1));
        using var late = await host.SdkAsync();
        await host.SaveAsync(AgentExecutionStatus.Completed, "done");

        var finished = Assert.Single(await stream.ToEndAsync());
        Assert.Equal("Summarise the report", finished.Payload.GetProperty("input").GetProperty("text").GetString());
        Assert.Equal("done", finished.Payload.GetProperty("result").GetString());
        Assert.Equal([1L, 2L, 3L], (await late.ToEndAsync()).Select(static frame => frame.Id));
    }

    [Fact]
    public async Task A_feed_ends_with_its_last_subscriber()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using (var stream = await host.SdkAsync())
        {
            await stream.MustNextAsync();
            Assert.Equal(1, host.Feeds.Count);
        }

        await Eventually.HoldsAsync(() => host.Feeds.Count == 0, "the feed has ended");
    }

    [Fact]
    public async Task A_client_that_takes_nothing_delays_a_stop_by_the_shutdown_time_and_nobodys_end()
    {
        await using var host = await EventsHost.StartAsync();
        await host.CreateAsync();
        using var slow = await ConnectSlowlyAsync(host);
        using var quick = await host.SdkAsync();
        await PushMoreThanBuffersHoldAsync(host);
        for (var i = 0; i < 1001; i++)
        {
            await quick.MustNextAsync();
        }

        using var shutdownTime = new CancellationTokenSource();
        var stop = host.StopAsync(shutdownTime.Token);

        Assert.Null(await quick.NextAsync());
        Assert.False(stop.IsCompleted);
        await shutdownTime.CancelAsync();
        await stop.InTime();
    }

    static async Task<Socket> ConnectSlowlyAsync(EventsHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(host.Address.Host, host.Address.Port, host.Deadline);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /agent-execution/task-1/events HTTP/1.1\r\nHost: test\r\ntest-organization: org-1\r\n\r\n"), host.Deadline);
        return socket;
    }

    // Much more than the ring and every socket buffer on the way hold.
    static async Task PushMoreThanBuffersHoldAsync(EventsHost host)
    {
        var text = new string('x', 20_000);
        for (var sent = 0; sent < 1000; sent += 50)
        {
            var events = string.Join(',', Enumerable.Range(sent, 50).Select(n => EventsHost.Event("chunk", $"\"{n}:{text}\"")));
            using var answer = await host.PushAsync($"[{events}]");
            Assert.True(answer.IsSuccessStatusCode);
        }
    }

    static async Task<List<long>> ReadWithDropsAsync(EventsHost host, Random random)
    {
        List<long> seen = [];
        while (true)
        {
            using var stream = random.Next(2) == 0
                ? await host.RestAsync(seen.Count == 0 ? null : $"{seen[^1]}")
                : await host.SdkAsync(seen.Count == 0 ? null : $"{seen[^1]}");
            for (var left = random.Next(1, 200); left > 0; left--)
            {
                if (await stream.NextAsync() is not { } frame)
                {
                    return seen;
                }

                seen.Add(frame.Id);
                if (frame.Type == "task_finished")
                {
                    return seen;
                }
            }
        }
    }

    static async Task<string> ReadAllAsync(Socket socket, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (!text.ToString(Math.Max(0, text.Length - 5), Math.Min(5, text.Length)).EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, cancel);
            Assert.NotEqual(0, read);
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    // Chunk headers of HTTP may fall anywhere but never inside an id, which is written in one piece.
    static List<long> Ids(string raw)
    {
        List<long> ids = [];
        for (var at = raw.IndexOf("id: ", StringComparison.Ordinal); at >= 0; at = raw.IndexOf("id: ", at + 4, StringComparison.Ordinal))
        {
            ids.Add(long.Parse(raw.AsSpan(at + 4, raw.AsSpan(at + 4).IndexOf('\n'))));
        }

        return ids;
    }

    sealed class DeafSignal : IEventSignal
    {
        public void Nudge(string organization, string taskId, long sequence)
        {
        }
    }
}
