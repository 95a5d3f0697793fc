using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>Readers of a task's events that drop, lag or sleep.</summary>
public sealed class SubscriberTests(SharedServer server)
{
    const int Seed = 4711;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribers_that_drop_and_resume_at_random_see_every_event_once_and_in_order()
    {
        const int Pushes = 400;
        var task = await CreateAsync();
        var random = new Random(Seed);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        try
        {
            Task<List<string>>[] subscribers =
            [
                .. Enumerable.Range(0, 16).Select(i => Task.Run(() => ReadWithDropsAsync(task, new Random(random.Next()), isRest: i % 2 == 0, over.Token))),
            ];

            for (var i = 0; i < Pushes; i++)
            {
                await PushAsync(server.Api, task, $"chunk {i}");
                if (i % 50 == 0)
                    await server.Api.PatchTaskAsync(task, new() { ["internal_status"] = $"at {i}" });
            }

            await server.Api.PatchTaskAsync(task, new() { ["status"] = "completed", ["result"] = "done" });
            var whole = await ReadWithDropsAsync(task, random: null, isRest: false, over.Token);
            Assert.Equal(Pushes, whole.Count(static line => line.Contains("chunk ", StringComparison.Ordinal)));
            Assert.Equal(Enumerable.Range(1, whole.Count).Select(static i => $"{i}"), whole.Select(static line => line.Split(' ')[0]));
            foreach (var subscriber in subscribers)
                Assert.Equal(whole, await subscriber.InTime());
        }
        finally
        {
            // Of a task that does not end, they would come back for ever, and keep the tests beside them from the server.
            await over.CancelAsync();
        }
    }

    [Fact]
    public async Task Slow_subscribers_hold_back_nobody_and_cost_bounded_memory()
    {
        const int Lazy = 100;
        const int Pushes = 40;
        const long Mebibyte = 1024 * 1024;
        await using var own = await ServerProcess.StartAsync();
        var agent = await own.Api.CreateAgentAsync();
        var task = await CreateAsync(own.Api, agent);
        var lazy = new List<Socket>();
        try
        {
            for (var i = 0; i < Lazy; i++)
                lazy.Add(await OpenAndNotReadAsync(own.Address, task));

            var reader = Task.Run(() => ReadAllAsync(own.Address, ServerProcess.Key, ServerProcess.Organization, task));
            var piece = new string('x', (int)(Mebibyte / 2));
            for (var i = 0; i < Pushes; i++)
                await PushAsync(own.Api, task, $"{i} {piece}", ServerProcess.Organization);
            await own.Api.PatchTaskAsync(task, new() { ["status"] = "completed" });

            var seen = await reader.InTime();
            Assert.Equal(["task_created", .. Enumerable.Repeat("chunk", Pushes), "task_finished"], seen);

            // All of it for each of them would be 2 GiB.
            var resident = ResidentBytes(own.Id);
            TestContext.Current.TestOutputHelper?.WriteLine($"{resident / Mebibyte} MiB resident with {Lazy} subscribers {Pushes / 2} MiB behind");
            Assert.InRange(resident, 0, 1200 * Mebibyte);

            // A lazy one that wakes up still gets everything.
            var text = await ReadToEndAsync(lazy[0]);
            Assert.Equal(Pushes + 2, text.Split("\nid: ").Length - 1);
        }
        finally
        {
            foreach (var socket in lazy)
                socket.Dispose();
        }
    }

    [Fact]
    public async Task Five_hundred_idle_subscribers_stay_connected_and_get_what_comes()
    {
        const int Many = 500;
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var tasks = new string[10];
        for (var i = 0; i < tasks.Length; i++)
            tasks[i] = await CreateAsync();
        var streams = new List<SseConnection>();
        try
        {
            for (var i = 0; i < Many; i++)
            {
                streams.Add(await SseConnection.OpenAsync(http, StreamUrl(tasks[i % tasks.Length]), SharedServer.Key, Token));
                Assert.Equal("1", (await streams[i].NextAsync(Token).InTime())!.Id);
            }

            // They sleep over at least one keep-alive, which is a comment and nothing more.
            using var quiet = await OpenRawAsync(server.Address, tasks[0], SharedServer.Key, SharedServer.Organization);
            Assert.EndsWith("\n\n:", (await ReadUntilAsync(quiet, "\n:")).TrimEnd(' '), StringComparison.Ordinal);

            foreach (var task in tasks)
                await server.Api.PatchTaskAsync(task, new() { ["status"] = "completed", ["result"] = "good morning" });
            foreach (var stream in streams)
            {
                Assert.Contains("good morning", (await stream.NextAsync(Token).InTime())!.Data, StringComparison.Ordinal);
                Assert.Null(await stream.NextAsync(Token).InTime());
            }
        }
        finally
        {
            foreach (var stream in streams)
                stream.Dispose();
        }
    }

    /// <summary>Reads until task_finished, dropping the connection at random and resuming behind the last event. Each line: number and data.</summary>
    async Task<List<string>> ReadWithDropsAsync(string task, Random? random, bool isRest, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var seen = new List<string>();
        var last = "";
        while (true)
        {
            var url = isRest ? $"{server.Address}v1/tasks/{task}/events{(last.Length == 0 ? "" : $"?after={last}")}" : StreamUrl(task);
            (string, string)[] headers = isRest || last.Length == 0 ? [] : [("Last-Event-ID", last)];
            using var stream = await SseConnection.OpenAsync(http, url, SharedServer.Key, cancel, headers);
            var patience = random?.Next(1, 60) ?? int.MaxValue;
            while (patience-- > 0 && await stream.NextAsync(cancel) is { } sse)
            {
                last = sse.Id;
                var data = JsonNode.Parse(sse.Data)!;
                var type = data["type"]!.GetValue<string>();
                seen.Add($"{sse.Id} {type} {(type == "chunk" ? data["data"] : data["data"]!["status"])}");
                if (type == "task_finished")
                {
                    Assert.Null(await stream.NextAsync(cancel));
                    return seen;
                }
            }
        }
    }

    static async Task<List<string>> ReadAllAsync(Uri address, string key, string organization, string task)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var stream = await SseConnection.OpenAsync(http, $"{address}{organization}/agent-execution/{task}/events", key, Token);
        var types = new List<string>();
        while (await stream.NextAsync(Token) is { } sse)
            types.Add(JsonNode.Parse(sse.Data)!["type"]!.GetValue<string>());
        return types;
    }

    static async Task<Socket> OpenAndNotReadAsync(Uri address, string task)
    {
        var socket = await OpenRawAsync(address, task, ServerProcess.Key, ServerProcess.Organization, receiveBuffer: 4096);
        return socket;
    }

    static async Task<Socket> OpenRawAsync(Uri address, string task, string key, string organization, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(address.Host, address.Port, Token);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"GET /{organization}/agent-execution/{task}/events HTTP/1.1\r\nHost: {address.Authority}\r\nx-api-key: {key}\r\nAccept: text/event-stream\r\n\r\n"),
            Token);
        return socket;
    }

    static async Task<string> ReadUntilAsync(Socket socket, string mark)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer, Token).AsTask().InTime();
            Assert.NotEqual(0, read);
            bytes.Write(buffer, 0, read);

            // What chunked encoding puts between the pieces is not the stream's.
            var text = WithoutChunks(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            if (at >= 0)
                return text[..(at + mark.Length)];
        }
    }

    static async Task<string> ReadToEndAsync(Socket socket)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[65536];
        while (!EndsWithLastChunk(bytes))
        {
            var read = await socket.ReceiveAsync(buffer, Token).AsTask().InTime();
            if (read == 0)
                break;

            bytes.Write(buffer, 0, read);
        }

        return "\n" + Encoding.UTF8.GetString(bytes.ToArray()).Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    static bool EndsWithLastChunk(MemoryStream bytes) =>
        bytes.Length >= 5 && bytes.GetBuffer().AsSpan((int)bytes.Length - 5, 5).SequenceEqual("0\r\n\r\n"u8);

    static string WithoutChunks(string text) =>
        string.Join('\n', text.Split("\r\n").Where(static line => !int.TryParse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _)));

    static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    static Task PushAsync(RestApi api, string task, string chunk, string organization = SharedServer.Organization) => api.SendAsync(
        HttpMethod.Post,
        $"/agent-execution/{task}/events/push",
        new JsonArray(new JsonObject
        {
            ["type"] = "chunk",
            ["task_id"] = task,
            ["organization_id"] = organization,
            ["time"] = DateTimeOffset.UtcNow.ToString("O"),
            ["data"] = chunk,
        }));

    async Task<string> CreateAsync() => await CreateAsync(server.Api, await server.Api.CreateAgentAsync());

    static async Task<string> CreateAsync(RestApi api, string agent) =>
        (await api.CreateTaskAsync(agent, "watch me", new() { ["events_streaming"] = true }))["id"]!.GetValue<string>();

    string StreamUrl(string task) => $"{server.Address}{SharedServer.Organization}/agent-execution/{task}/events";
}
