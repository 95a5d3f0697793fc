using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Agents.Models;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tools;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>An agent of its own on the shared server, with a worker that runs it by a scripted model.</summary>
internal sealed class AgentScene : IAsyncDisposable
{
    private readonly SharedServer _server;
    private readonly List<RunningWorker> _workers = [];

    private readonly ConcurrentQueue<ModelChoice> _choices = new();

    private AgentScene(SharedServer server, string agentId)
    {
        _server = server;
        Configuration = new Configuration
        {
            BaseUrl = server.Address.ToString(),
            ApiKey = SharedServer.Key,
            OrganizationId = SharedServer.Organization,
            AgentId = agentId,
            RetryFor = TimeSpan.FromSeconds(30),
        };
    }

    public Configuration Configuration { get; }

    public RestApi Api => _server.Api;

    /// <summary>The models that its runs opened.</summary>
    public IReadOnlyCollection<ModelChoice> Choices => _choices;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An agent that names a model.</summary>
    public static async Task<AgentScene> CreateAsync(SharedServer server, JsonObject? agent = null)
    {
        var definition = agent ?? [];
        definition["model_provider"] ??= "openai";
        definition["model_name"] ??= "gpt-4o";
        definition["instructions"] ??= new JsonObject { ["general"] = "You are a clerk." };
        return new AgentScene(server, await server.Api.CreateAgentAsync(definition));
    }

    /// <summary>An agent that names a model, with its worker.</summary>
    public static async Task<AgentScene> StartAsync(SharedServer server, IChatClient model, JsonObject? agent = null, FunctionTools? tools = null)
    {
        var scene = await CreateAsync(server, agent);
        scene.Work(model, tools);
        return scene;
    }

    /// <summary>Starts a worker.</summary>
    public RunningWorker Work(IChatClient model, FunctionTools? tools = null, HttpClient? http = null, Action<AgentWorker>? configure = null) =>
        Work(_ => model, tools, http, configure);

    /// <inheritdoc cref="Work(IChatClient, FunctionTools?, HttpClient?, Action{AgentWorker}?)"/>
    public RunningWorker Work(Func<ModelChoice, IChatClient> open, FunctionTools? tools = null, HttpClient? http = null, Action<AgentWorker>? configure = null)
    {
        var runtime = new AgentRuntime(Options(open, tools));
        var options = new WorkerOptions { Configuration = Configuration, ShutdownGrace = TimeSpan.Zero, CompactBeforeRetry = runtime.CompactAsync };
        var agentWorker = new AgentWorker(options, NullLogger<AgentWorker>.Instance, http).OnTask(runtime.RunAsync);
        configure?.Invoke(agentWorker);
        var worker = RunningWorker.Start(agentWorker);
        _workers.Add(worker);
        return worker;
    }

    public Task<AgentTask> CreateTaskAsync(string text, Action<CreateTaskRequest>? change = null)
    {
        var request = new CreateTaskRequest { Input = new() { Text = text }, EventsStreaming = true, OutputFormat = OutputFormat.Text };
        change?.Invoke(request);
        return new Tasks(Configuration).CreateAsync(Configuration.AgentId!, request, ct: Ct);
    }

    /// <summary>Creates a task and waits for its end.</summary>
    public async Task<AgentTask> RunAsync(string text, Action<CreateTaskRequest>? change = null) => await EndAsync(await CreateTaskAsync(text, change));

    /// <summary>Waits for a task's end.</summary>
    public static async Task<AgentTask> EndAsync(AgentTask task)
    {
        await EventsAsync(task);
        return await task.ReloadAsync(Ct);
    }

    /// <summary>Waits until the task is paused.</summary>
    public async Task<AgentTask> PausedAsync(AgentTask task)
    {
        await Api.BecomesAsync(task.Id, "paused");
        return await task.ReloadAsync(Ct);
    }

    /// <summary>All events of the present turn; waits for its end.</summary>
    public static async Task<IReadOnlyList<TaskUpdateEvent>> EventsAsync(AgentTask task) => await task.EventsAsync(Ct).ToListAsync(Ct).AsTask().InTime();

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    private AgentRuntimeOptions Options(Func<ModelChoice, IChatClient> open, FunctionTools? tools)
    {
        var options = new AgentRuntimeOptions
        {
            OpenModel = choice =>
            {
                _choices.Enqueue(choice);
                return open(choice);
            },
            Access = new ToolAccess { AllowPrivateAddresses = true, LocalServers = LocalServers.Agents },
        };
        if (tools is not null)
        {
            options.Tools.Add((_, _) => tools);
        }

        return options;
    }
}
