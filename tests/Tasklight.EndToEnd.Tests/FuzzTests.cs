using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.Server.Hosting;

namespace Tasklight.EndToEnd.Tests;

/// <summary>Requests made from the server's own OpenAPI document and then spoiled, at every endpoint. Whatever comes in, the server must not be the one at fault.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    const string Key = "tl_fuzz-key-0123456789abcdef";
    const int Seed = 20260513;
    static readonly bool IsLong = Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1";
    static readonly int Requests = IsLong ? 20_000 : 2_000;

    readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("tasklight-fuzz-");
    WebApplication _app = null!;
    HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _app = TasklightServer.Build(
            ["--urls", "http://127.0.0.1:0", "--data", _data.FullName, "--bootstrap-key", Key, "--bootstrap-organization", "fuzz", "--log-level", "critical"]);
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()), Timeout = Eventually.Ceiling };
        _client.DefaultRequestHeaders.Add("x-api-key", Key);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task No_request_makes_the_server_fail()
    {
        var document = JsonNode.Parse(await _client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken))!;
        var fuzzer = new RequestFuzzer(document, new Random(Seed));
        var failures = new List<string>();
        var statuses = new SortedDictionary<int, int>();

        for (var number = 0; number < Requests && failures.Count < 10; number++)
        {
            if (number % 50 == 0)
            {
                // Earlier requests may have deleted or ended what they knew.
                fuzzer.Know(await IdsAsync());
            }

            var sample = fuzzer.Next();
            var (status, text) = await SendAsync(sample);
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            if (IsFault(sample, status, text) is { } fault)
            {
                failures.Add($"#{number} {sample}\n  {status} {fault}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.Equal(fuzzer.Operations, fuzzer.Used);

        // A fuzz that is always refused at the door tests the door.
        Assert.True(statuses.GetValueOrDefault(200) > Requests / 20, string.Join(", ", statuses));
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Bytes_that_are_no_HTTP_harm_nobody()
    {
        var random = new Random(Seed);
        for (var number = 0; number < Requests / 10; number++)
        {
            await SendRawAsync(RawBytes(random));
        }

        Assert.Equal("\"ok\"", await _client.GetStringAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri("/v1/tasks", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    async Task<string[]> IdsAsync()
    {
        var agent = await NewAsync("/v1/agents", """{"name": "Fuzz"}""");
        var task = await NewAsync($"/agent-execution/{agent}", """{"input": {"text": "fuzz"}, "events_streaming": true}""");
        var ended = await NewAsync($"/agent-execution/{agent}/report_task", """{"result": "done"}""");
        return [agent, task, ended];
    }

    async Task<string> NewAsync(string path, string body)
    {
        using var content = new StringContent(body);
        using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["id"]!.ToString();
    }

    async Task<(int Status, string Text)> SendAsync(FuzzRequest sample)
    {
        using var request = sample.ToMessage(_client.BaseAddress!);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(sample.MayWait ? TimeSpan.FromMilliseconds(100) : Eventually.Ceiling);
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);

            // A stream stays open: its headers are all there is to judge.
            var isStream = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
            return ((int)answer.StatusCode, isStream ? "" : await answer.Content.ReadAsStringAsync(limit.Token));
        }
        catch (OperationCanceledException) when (sample.MayWait && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return (0, "");
        }
        catch (HttpRequestException) when (sample.Path.Length > TasklightServer.MaxRequestHead)
        {
            // The server stops reading such a head, and may be gone before all of it is sent.
            return (0, "");
        }
        catch (HttpRequestException) when (sample.Body is not null)
        {
            // It does not wait for the body of a head that it cannot read. Any other head gets its answer.
            var (status, text) = await SendAsync(sample with { Body = null });
            Assert.True(status == 400 && text.Length == 0, $"{sample} was cut off; without its body: {status} {text}");
            return (status, text);
        }
    }

    static string? IsFault(FuzzRequest sample, int status, string text)
    {
        if (status >= 500 && !(status == 501 && sample.IsNotServed))
        {
            return text;
        }

        // Kestrel refuses a request line it cannot read before we see it, and says nothing more.
        if (status is 400 or 414 or 431 && text.Length == 0)
        {
            return null;
        }

        return status >= 400 && sample.Method != "HEAD" && !text.Contains("\"detail\":", StringComparison.Ordinal) ? $"has no detail: {text}" : null;
    }

    static byte[] RawBytes(Random random)
    {
        var noise = new byte[random.Next(1, 2000)];
        random.NextBytes(noise);
        return random.Next(4) switch
        {
            0 => noise,
            1 => [.. "POST /v1/agents HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"u8, .. noise],
            2 => [.. "GET /"u8, .. noise, .. " HTTP/1.1\r\n\r\n"u8],
            _ => [.. Encoding.ASCII.GetBytes($"POST /v1/files HTTP/1.1\r\nHost: x\r\nx-api-key: {Key}\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: {noise.Length + 5}\r\n\r\n--b\r\n"), .. noise],
        };
    }

    async Task SendRawAsync(byte[] bytes)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_client.BaseAddress!.Host, _client.BaseAddress.Port, TestContext.Current.CancellationToken);
        try
        {
            await socket.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server has heard enough.
        }
    }
}
