using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>
/// Stands in for the unmodified Python package <c>xpander_sdk</c> 2.0.266, which Tasklight must serve as it is: the same paths, headers,
/// bodies, and the same intolerance. It knows nothing of Tasklight and uses none of its types.
/// </summary>
sealed class BaselineClient : IDisposable
{
    static readonly JsonSerializerOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly HttpClient _http;

    public BaselineClient(BaselineOptions options, Network? network = null)
    {
        Options = options;
        Network = network ?? new Network(options.Address);
        _http = new(Network) { Timeout = TimeSpan.FromMinutes(20) };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("python-httpx/0.28.1");
    }

    public BaselineOptions Options { get; }
    public Network Network { get; }

    /// <summary>Base of the worker's calls; the organization is always in it.</summary>
    public string EventsBase => $"{Options.BaseUrl}/{Options.OrganizationId}/events";

    string FullUrl => Options.PrefixOrganization ? $"{Options.BaseUrl}/{Options.OrganizationId}" : Options.BaseUrl;

    public void Dispose() => _http.Dispose();

    /// <summary>Creates with every key the client has, nulls included.</summary>
    public async Task<BaselineTask> CreateAsync(string prompt, CancellationToken cancel, string? id = null, JsonObject? more = null, string? agentVersion = null)
    {
        var body = new JsonObject
        {
            ["id"] = id,
            ["input"] = new JsonObject { ["text"] = prompt, ["files"] = new JsonArray(), ["user"] = null },
            ["payload_extension"] = null,
            ["source"] = null,
            ["worker_id"] = null,
            ["output_format"] = null,
            ["output_schema"] = null,
            ["run_locally"] = false,
            ["events_streaming"] = false,
            ["additional_context"] = null,
            ["instructions_override"] = null,
            ["test_run_node_id"] = null,
            ["user_oidc_token"] = null,
            ["expected_output"] = null,
            ["mcp_servers"] = new JsonArray(),
            ["triggering_agent_id"] = null,
            ["title"] = null,
            ["think_mode"] = "default",
            ["disable_attachment_injection"] = false,
            ["user_tokens"] = null,
            ["return_metrics"] = false,
        };
        foreach (var (key, value) in more ?? [])
            body[key] = value?.DeepClone();

        var answer = await RequestAsync(HttpMethod.Post, $"/agent-execution/{Options.AgentId}", cancel, body, agentVersion);
        return Understand(() => BaselineTask.FromAnswer(answer, this));
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(CancellationToken cancel, string? agent = null, string filters = "") =>
        ReadList(await RequestAsync(HttpMethod.Get, $"/agent-execution/executions/history/{agent ?? Options.AgentId}{filters}", cancel));

    public async Task<IReadOnlyList<JsonObject>> ListUserTasksAsync(string user, CancellationToken cancel, string filters = "") =>
        ReadList(await RequestAsync(HttpMethod.Get, $"/agent-execution/executions/history/user/{user}{filters}", cancel));

    public async Task<BaselineTask> GetAsync(string task, CancellationToken cancel)
    {
        var answer = await RequestAsync(HttpMethod.Get, $"/agent-execution/{task}/status", cancel);
        return Understand(() => BaselineTask.FromLoaded(answer, this));
    }

    /// <summary>Sends the keys that are given and not null.</summary>
    public async Task<BaselineTask> UpdateAsync(string task, JsonObject changes, CancellationToken cancel)
    {
        var answer = await RequestAsync(HttpMethod.Patch, $"/agent-execution/{task}/update", cancel, changes);
        return Understand(() => BaselineTask.FromAnswer(answer, this));
    }

    public Task<BaselineTask> SaveAsync(string task, JsonObject whole, CancellationToken cancel) => UpdateAsync(task, whole, cancel);

    public async Task<BaselineTask> StopAsync(string task, CancellationToken cancel)
    {
        var answer = await RequestAsync(HttpMethod.Delete, $"/agent-execution/{task}", cancel);
        return Understand(() => BaselineTask.FromAnswer(answer, this));
    }

    public async Task<BaselineTask> ReportExternalAsync(JsonObject given, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["id"] = null,
            ["input"] = null,
            ["llm_response"] = null,
            ["tokens"] = null,
            ["is_success"] = true,
            ["result"] = null,
            ["duration"] = 0,
            ["used_tools"] = new JsonArray(),
        };
        foreach (var (key, value) in given)
            body[key] = value?.DeepClone();

        var answer = await RequestAsync(HttpMethod.Post, $"/agent-execution/{Options.AgentId}/report_task", cancel, body);
        return Understand(() => BaselineTask.FromLoaded(answer, this));
    }

    public Task ReportMetricsAsync(string agent, JsonObject report, CancellationToken cancel) =>
        RequestAsync(HttpMethod.Post, $"/agents-metrics/{agent}/execution", cancel, report);

    /// <summary>Pushes one event, as the client's login helper does.</summary>
    public Task PushAsync(string task, string type, JsonNode? data, CancellationToken cancel) => RequestAsync(
        HttpMethod.Post,
        $"/agent-execution/{task}/events/push",
        cancel,
        new JsonArray(new JsonObject
        {
            ["type"] = type,
            ["task_id"] = task,
            ["organization_id"] = Options.OrganizationId,
            ["time"] = DateTimeOffset.UtcNow.ToString("O"),
            ["data"] = data,
        }));

    public Task<JsonNode?> GetActivityAsync(string task, CancellationToken cancel) =>
        RequestAsync(HttpMethod.Get, $"/activity/{Options.AgentId}/{task}", cancel);

    /// <summary>What the client's login helper asks, first with true, then every second with false.</summary>
    public async Task<JsonObject> GetMcpTokenAsync(string user, JsonObject server, bool generateLoginUrl, CancellationToken cancel)
    {
        var answer = await RequestAsync(
            HttpMethod.Post, $"/mcp_auth/{Options.AgentId}/{user}/get_token?generate_login_url={(generateLoginUrl ? "true" : "false")}", cancel, Models.McpServer.Read(server));
        return Understand(() => Models.McpToken(answer));
    }

    public async Task<IReadOnlyList<JsonObject>> ListAgentsAsync(CancellationToken cancel)
    {
        var answer = await RequestAsync(HttpMethod.Get, "/agents/list", cancel);
        return Understand(() => (IReadOnlyList<JsonObject>)[.. Bare(answer).Select(Models.AgentsListItem.Read)]);
    }

    public async Task<JsonObject> GetAgentAsync(string agent, CancellationToken cancel)
    {
        var answer = await RequestAsync(HttpMethod.Get, $"/agents/{agent}", cancel);
        return Understand(() => Models.Agent.Read(answer));
    }

    /// <summary>Everything until the server ends the stream in order.</summary>
    /// <exception cref="ModelException">A frame that the client cannot take came.</exception>
    public async IAsyncEnumerable<BaselineEvent> EventsAsync(string task, [EnumeratorCancellation] CancellationToken cancel)
    {
        var url = EventsBase.Replace("/events", $"/agent-execution/{task}/events", StringComparison.Ordinal);
        using var connection = await SseConnection.OpenAsync(_http, url, Options.ApiKey, cancel);
        while (await connection.NextAsync(cancel) is { } sse)
            yield return BaselineEvent.Read(sse, this);
    }

    /// <summary>The worker's stream, with the client's stray slash behind the query.</summary>
    public Task<SseConnection> OpenWorkerStreamAsync(CancellationToken cancel) => SseConnection.OpenAsync(
        _http,
        $"{EventsBase}/{Options.AgentId}?environment={(Options.IsCloud ? "xpander" : "local")}/",
        Options.ApiKey,
        cancel);

    /// <summary>One post of the worker: 10 s, redirects followed, the status not looked at. A repeated one has the same id.</summary>
    public async Task PostAsWorkerAsync(string worker, JsonObject message, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        using var request = Request(
            HttpMethod.Post,
            $"{EventsBase}/{worker}?type=worker&agent_id={Options.AgentId}",
            message);
        using var answer = await _http.SendAsync(request, limit.Token);
    }

    /// <summary>One ordinary call; a <see cref="BaselineException"/> for any answer that is not 2xx, any failure of the network.</summary>
    async Task<JsonNode?> RequestAsync(HttpMethod method, string path, CancellationToken cancel, JsonNode? body = null, string? agentVersion = null)
    {
        using var request = Request(method, $"{FullUrl.TrimEnd('/')}/{path.TrimStart('/')}", body);
        if (agentVersion is not null)
            request.Headers.Add("x-agent-version", agentVersion);

        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            if (!answer.IsSuccessStatusCode)
                throw new BaselineException(answer.StatusCode, text);

            // Anything that is not called JSON reaches the caller as text, which its models then refuse.
            return answer.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : text;
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or JsonException)
        {
            throw new BaselineException(HttpStatusCode.InternalServerError, problem.Message);
        }
    }

    HttpRequestMessage Request(HttpMethod method, string url, JsonNode? body)
    {
        var request = new HttpRequestMessage(method, url);
        request.Headers.Add("x-api-key", Options.ApiKey);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(Raw), Encoding.UTF8, "application/json");
        return request;
    }

    static IReadOnlyList<JsonObject> ReadList(JsonNode? answer) =>
        Understand(() => (IReadOnlyList<JsonObject>)[.. Bare(answer).Select(Models.TasksListItem.Read)]);

    static JsonArray Bare(JsonNode? answer) => answer as JsonArray ?? throw new ModelException("a bare array is expected");

    static T Understand<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelException problem)
        {
            throw new BaselineException(HttpStatusCode.InternalServerError, problem.Message);
        }
    }
}
