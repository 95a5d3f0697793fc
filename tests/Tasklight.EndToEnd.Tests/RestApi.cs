using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests;

/// <summary>What a test asks the server about itself, over plain HTTP with an admin key.</summary>
sealed class RestApi : IDisposable
{
    readonly HttpClient _http;

    public RestApi(Uri address, string key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = Eventually.Ceiling };
        _http.DefaultRequestHeaders.Add("x-api-key", key);
        _http.DefaultRequestHeaders.Add("Accept", "application/json");
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    /// <summary>Returns when the server takes requests.</summary>
    public Task IsReadyAsync() => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                using var answer = await _http.GetAsync("/ready", Token);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "the server is ready");

    /// <summary>An active agent of its own for one scenario.</summary>
    public async Task<string> CreateAgentAsync(JsonObject? more = null)
    {
        var body = more ?? [];
        body["name"] ??= $"agent-{Guid.NewGuid():N}";
        return (await SendAsync(HttpMethod.Post, "/v1/agents", body))["id"]!.GetValue<string>();
    }

    /// <summary>A task that nobody streams, made with the fewest words.</summary>
    public Task<JsonNode> CreateTaskAsync(string agent, string text, JsonObject? more = null)
    {
        var body = more ?? [];
        body["input"] = new JsonObject { ["text"] = text };
        return SendAsync(HttpMethod.Post, $"/agent-execution/{agent}", body);
    }

    public Task<JsonNode> GetTaskAsync(string task) => SendAsync(HttpMethod.Get, $"/v1/tasks/{task}");

    public Task<JsonNode> StopTaskAsync(string task) => SendAsync(HttpMethod.Post, $"/v1/tasks/{task}/stop");

    public Task<JsonNode> PatchTaskAsync(string task, JsonObject patch) => SendAsync(HttpMethod.Patch, $"/agent-execution/{task}/update", patch);

    /// <summary>The word for why a task does not run.</summary>
    public async Task<string> WhyAsync(string task) => (await SendAsync(HttpMethod.Get, $"/v1/tasks/{task}/why"))["reason"]!.GetValue<string>();

    /// <summary>All events of a task from its first one, what streams never show included.</summary>
    public async Task<IReadOnlyList<JsonNode>> LogAsync(string task)
    {
        var all = new List<JsonNode>();
        long after = 0;
        while (true)
        {
            var page = await SendAsync(HttpMethod.Get, $"/v1/tasks/{task}/events?newer=true&after={after}");
            if (page["items"]?.AsArray() is not { Count: > 0 } items)
                return all;

            all.AddRange(items.Select(static item => item!.DeepClone()));
            after = page["next_after"]!.GetValue<long>();
        }
    }

    /// <summary>Returns the task as soon as it has this status; fails with what it is instead.</summary>
    public async Task<JsonNode> BecomesAsync(string task, string status)
    {
        JsonNode? last = null;
        try
        {
            return await Eventually.IsAsync(async () => (last = await GetTaskAsync(task))["status"]!.GetValue<string>() == status ? last : null, $"task {task} is {status}");
        }
        catch (TimeoutException problem) when (last is not null)
        {
            throw new TimeoutException($"{problem.Message}; it is {last["status"]}, attempt {last["attempt"]}, with the result '{last["result"]}'", problem);
        }
    }

    /// <summary>Sends and expects success.</summary>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var answer = await TrySendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }

    /// <summary>Sends and returns whatever is answered.</summary>
    public async Task<HttpResponseMessage> TrySendAsync(HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Version = HttpVersion.Version11 };
        if (body is not null)
            request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);

        return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, Token);
    }
}
