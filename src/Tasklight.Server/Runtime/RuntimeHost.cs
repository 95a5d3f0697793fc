using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting.Server;
using Tasklight.Agents.Hosting;
using Tasklight.Agents.Models;
using Tasklight.Agents.Runtime;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Dispatch;
using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;
using Tasklight.Worker;

namespace Tasklight.Server.Runtime;

/// <summary>
/// The server's own workers: one for every agent that names a model, connected to this server by the public worker protocol as any other. Agents
/// that are made, changed or deleted are followed. Their tasks are theirs only while no other worker of the agent is connected (docs/decisions/0005).
/// </summary>
sealed class RuntimeHost(
    AgentDirectory agents,
    KeyRing keys,
    WorkerHub hub,
    RunEnds ends,
    IServer server,
    Readiness readiness,
    TasklightOptions options,
    AgentRuntimeOptions runtime,
    TimeProvider time,
    ILogger<RuntimeHost> log,
    ILogger<AgentWorker> workerLog) : IStartupStep, IHostedLifecycleService, IDisposable
{
    const int MostHeartbeatsMissed = 4;
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    // The rest of the time that a stop may take is for the streams of others.
    static readonly TimeSpan LeavingTakes = TimeSpan.FromSeconds(1.5);

    readonly Channel<AgentKey> _toLookAt = Channel.CreateUnbounded<AgentKey>(new() { SingleReader = true });
    readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _stopping = new();
    HttpClient? _http;
    AgentWorkers? _workers;
    Task _following = Task.CompletedTask;

    /// <summary>Before the server is ready: ends what its own workers ran when the last process ended, and finds the agents that there are.</summary>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        foreach (var session in hub.SessionsOfKey(RuntimeKey.Id))
        {
            await ends.CloseAsync(session, "the server, whose own worker ran it, was started anew");
        }

        if (options.Runtime.IsOn)
        {
            agents.TellChangesTo(LookAt);
            hub.TellFirstWorkersTo(LookAt);
            await foreach (var agent in agents.AllAsync(cancel))
            {
                LookAt(agent);
            }
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _following = options.Runtime.IsOn ? FollowAsync(_stopping.Token) : Task.CompletedTask;
        return Task.CompletedTask;
    }

    /// <summary>
    /// While the server still answers: hands back what runs. For a worker that did not get to say so, on a slow machine, it is done here, so that a stop
    /// never costs a task one of its attempts.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_workers is not null)
        {
            await _workers.LeaveAsync(TimeSpan.Zero).WaitAsync(LeavingTakes, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var session in hub.SessionsOfKey(RuntimeKey.Id))
            {
                await ends.CloseAsync(session, "the server, whose own worker ran it, stops", isUncounted: true);
            }
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stopping.Dispose();
        _http?.Dispose();
    }

    void LookAt(AgentKey agent) => _toLookAt.Writer.TryWrite(agent);

    async Task FollowAsync(CancellationToken cancel)
    {
        await readiness.WhenReady.WaitAsync(cancel);
        if (LoopbackAddress.Of(server) is not { } address)
        {
            log.NoAddress();
            return;
        }

        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, MaxResponseDrainSize = 0 }) { Timeout = Timeout.InfiniteTimeSpan };
        _workers = new AgentWorkers(WorkersOptions(_http));
        await foreach (var agent in _toLookAt.Reader.ReadAllAsync(cancel))
        {
            await SettleAsync(agent, address, cancel);
        }
    }

    /// <summary>Sees to it that the agent has a worker if it should, and none if it should not.</summary>
    async Task SettleAsync(AgentKey agent, Uri address, CancellationToken cancel)
    {
        try
        {
            if (await agents.FindAsync(agent.Organization, agent.AgentId, version: null, cancel) is { } definition && IsRunHere(definition)
                && (CanOpenModel(definition) || hub.AgentWithWorkers(agent) is not { HadOwnWorker: true }))
            {
                _workers!.Work(ConfigurationFor(agent, address));
            }
            else
            {
                _workers!.Dismiss(agent.Organization, agent.AgentId);
            }
        }
#pragma warning disable CA1031 // The loop must survive: one agent that cannot be read must not keep all others from running.
        catch (Exception problem) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.NotSettled(problem, agent.AgentId);
            _ = LookAgainAsync(agent, cancel);
        }
    }

    async Task LookAgainAsync(AgentKey agent, CancellationToken cancel)
    {
        await Task.Delay(PauseAfterFailure, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        LookAt(agent);
    }

    static bool IsRunHere(AgentFields agent) =>
        agent is { Status: not AgentStatus.Inactive, DeploymentType: AgentDeploymentType.Serverless, Type: not AgentType.Orchestration, ModelProvider.Length: > 0, ModelName.Length: > 0 };

    /// <summary>
    /// Whether there is a key, and what else the model's provider needs. Without, the tasks of an agent that has workers of its own wait for
    /// them instead of failing here; an agent that never had one is told by its first task what is not set. A key may come with each task.
    /// </summary>
    bool CanOpenModel(AgentFields agent)
    {
        try
        {
            return agent.UseOidcPreAuthTokenForLlm || runtime.OpenModel(ModelChoice.Of(agent)) is not null;
        }
        catch (ModelException problem) when (problem.Failure == ModelFailure.NotConfigured)
        {
            return false;
        }
    }

    Configuration ConfigurationFor(AgentKey agent, Uri address) => new()
    {
        BaseUrl = address.GetLeftPart(UriPartial.Authority),
        ApiKey = _keys.GetOrAdd(agent.Organization, organization => keys.Lend(RuntimeKey.CallerOf(organization))),
        OrganizationId = agent.Organization,
        AgentId = agent.AgentId,
        PublicUrl = options.PublicUrl,
        AllowPrivateFileAddresses = !options.Fetch.Guard,
        AllowedFileHosts = options.Fetch.Hosts,
    };

    AgentWorkersOptions WorkersOptions(HttpClient http)
    {
        runtime.Http ??= http;
        return new()
        {
            MaxConcurrency = options.Runtime.Concurrency,
            MaxConcurrencyPerAgent = options.Runtime.AgentConcurrency,
            Runtime = runtime,
            // Their streams end with the process, so there is little to be learnt from their signs of life, and there may be a thousand of them.
            HeartbeatInterval = new[] { options.Sessions.ExpiryOpen / MostHeartbeatsMissed, options.Sessions.ExpiryClosed * 0.75 }.Min(),
            Http = http,
            Log = workerLog,
        };
    }
}
