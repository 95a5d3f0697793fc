using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>
/// A client that takes no silence for an answer: every change carries an idempotency key and is sent again, over whatever happens to the
/// connection or the server, until it is answered.
/// </summary>
sealed class RetryingClient : IDisposable
{
    // How long a client waits before it asks again; what it waits for is the answer.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly HttpClient _http;

    public RetryingClient(Uri address, string key)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(30) })
        {
            BaseAddress = address,
            Timeout = Eventually.Ceiling,
        };
        _http.DefaultRequestHeaders.Add("x-api-key", key);
    }

    /// <summary>Requests that had to be sent again.</summary>
    public int Retries => _retries;

    int _retries;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends until it is answered by a server in its right mind, and returns the answer.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel, string? lease = null)
    {
        var key = Guid.NewGuid().ToString();
        while (true)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Idempotency-Key", key);
            if (lease is not null)
                request.Headers.Add("Tasklight-Lease", lease);
            if (body is not null)
                request.Content = JsonContent.Create(body);

            try
            {
                using var answer = await _http.SendAsync(request, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                    return (answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or TaskCanceledException && !cancel.IsCancellationRequested)
            {
                // The server died on it or is not there; whether it was done is what the key is for.
            }

            Interlocked.Increment(ref _retries);
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Sends and expects success.</summary>
    public async Task<JsonNode> ChangeAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel)
    {
        var (status, answer) = await SendAsync(method, path, body, cancel);
        Assert.True((int)status is >= 200 and < 300, $"{method} {path} answered {(int)status}: {answer.ToJsonString()}");
        return answer;
    }
}
