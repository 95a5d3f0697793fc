using System.Text;
using System.Text.Json;
using Tasklight.EndToEnd.Tests;

namespace Tasklight.Worker.Tests;

/// <summary>A worker with its own HTTP server on a free port, and a caller of it.</summary>
public abstract class InvokeScene : IAsyncLifetime
{
    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected int Port { get; } = FreePorts.Take();

    private protected HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(1) };

    private protected StubPlatform Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Platform = await StubPlatform.StartAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Platform.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static string? Text(JsonElement json, string key) => json.GetProperty(key).GetString();

    private protected AgentWorker Worker(Action<WorkerOptions>? configure = null) => Platform.Worker(options =>
    {
        options.HttpPort = Port;
        configure?.Invoke(options);
    });

    private protected async Task<RunningWorker> StartAsync(Func<AgentWorker, AgentWorker> handler, Action<WorkerOptions>? configure = null)
    {
        var running = new RunningWorker(handler(Worker(configure)));
        await Platform.PostAsync("worker-heartbeat");
        return running;
    }

    private protected string Url(string path) => $"http://127.0.0.1:{Port}{path}";

    private protected async Task<HttpResponseMessage> PostAsync(string body, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, string? key = "the caller's")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/invoke")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return await Http.SendAsync(request, completion, Ct);
    }

    private protected async Task<(int Status, JsonElement Json)> InvokeAsync(string body)
    {
        using var answer = await PostAsync(body);
        return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct)));
    }
}
