using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Api;

/// <summary>One real server with one agent, for all tests of a class. Tests keep apart by making their own tasks.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    RunningServer _server = null!;

    /// <summary>An active agent without workers.</summary>
    public string Agent { get; private set; } = "";

    internal RunningServer Server => _server;

    /// <summary>A server of a test's own, with its clock.</summary>
    internal static async Task<ApiServer> StartAsync(TimeProvider clock)
    {
        var server = new ApiServer();
        await server.InitializeAsync(clock);
        return server;
    }

    public ValueTask InitializeAsync() => InitializeAsync(TimeProvider.System);

    async ValueTask InitializeAsync(TimeProvider clock)
    {
        _server = await RunningServer.StartAsync(forTests: builder => builder.Services.AddSingleton(clock));
        Agent = await NewAgentAsync("""{"name": "Tester", "model_provider": "openai", "model_name": "gpt-4.1", "llm_reasoning_effort": "low"}""");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    internal async Task<string> NewAgentAsync(string json) => (await PostAsync("/v1/agents", json)).Is(HttpStatusCode.Created)["id"]!;

    /// <summary>Creates a task on the SDK surface; nobody takes it.</summary>
    internal async Task<string> NewTaskAsync(string? body = null) =>
        (await PostAsync($"/agent-execution/{Agent}", body ?? """{"input": {"text": "hello"}}""")).Is(HttpStatusCode.OK)["id"]!;

    internal Task<ApiAnswer> GetAsync(string path) => SendAsync("GET", path);

    internal Task<ApiAnswer> PostAsync(string path, string? json, params (string Name, string Value)[] headers) => SendAsync("POST", path, json, headers);

    internal Task<ApiAnswer> PatchAsync(string taskId, string json, params (string Name, string Value)[] headers) =>
        SendAsync("PATCH", $"/agent-execution/{taskId}/update", json, headers);

    internal Task<ApiAnswer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(_server.Client, method, path, body is null ? null : Encoding.UTF8.GetBytes(body), "application/json", headers);

    internal static async Task<ApiAnswer> SendAsync(
        HttpClient client, string method, string path, byte[]? body, string? contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new ApiAnswer(answer.StatusCode, answer.Headers, answer.Content.Headers.ContentType?.MediaType, text);
    }
}
