using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>Foreign clients and workers against the shared server, an agent a scenario, the worker's clock four times as fast.</summary>
public abstract class BaselineScenario(SharedServer server) : IAsyncLifetime
{
    readonly List<IDisposable> _clients = [];
    readonly List<BaselineWorker> _workers = [];

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected SharedServer Server => server;
    private protected RestApi Api => server.Api;
    private protected BaselineOptions Options { get; private set; } = null!;
    private protected BaselineClient Client { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        Options = new()
        {
            BaseUrl = server.Address.ToString().TrimEnd('/'),
            ApiKey = SharedServer.Key,
            OrganizationId = SharedServer.Organization,
            AgentId = await Api.CreateAgentAsync(),
            TimeScale = 0.25,
        };
        Client = NewClient(Options);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
        foreach (var client in _clients)
            client.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected BaselineClient NewClient(BaselineOptions options)
    {
        var client = new BaselineClient(options);
        _clients.Add(client);
        return client;
    }

    /// <summary>A registered worker of the scenario's agent that ends with the scenario.</summary>
    private protected async Task<BaselineWorker> WorkerAsync(BaselineHandler handler, BaselineOptions? options = null)
    {
        var worker = await BaselineWorker.StartRegisteredAsync(options ?? Options, handler);
        _workers.Add(worker);
        return worker;
    }

    private protected Task<BaselineTask> CreateAsync(string prompt, string? id = null, JsonObject? more = null) => Client.CreateAsync(prompt, Token, id, more);

    /// <summary>A handler that answers with what it was asked.</summary>
    private protected static Task<BaselineTask?> Echo(BaselineTask task, CancellationToken processEnd)
    {
        task.Result = $"echo: {task.Text}";
        return Task.FromResult<BaselineTask?>(task);
    }

    /// <summary>The types of a task's events in the order of its log.</summary>
    private protected async Task<IReadOnlyList<string>> LogTypesAsync(string task) =>
        [.. (await Api.LogAsync(task)).Select(static e => e["type"]!.GetValue<string>())];

    private protected static string Status(JsonNode task) => task["status"]!.GetValue<string>();

    private protected static string? Result(JsonNode task) => task["result"]?.GetValue<string>();
}
