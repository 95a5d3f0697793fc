using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>What the worker tells the server about itself (contract: worker-protocol §2.2). Nothing here throws for a server that does not listen.</summary>
internal sealed class WorkerPosts(Transport transport, string organizationId, string agentId, ILogger log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private volatile string? _workerId;

    /// <summary>The id the server gave with its last registration; null before the first.</summary>
    public string? WorkerId
    {
        get => _workerId;
        set => _workerId = value;
    }

    public Task HeartbeatAsync(CancellationToken ct) => TellAsync(WorkerEvent.Heartbeat(NewId(), transport.Clock.GetUtcNow()), TimeSpan.Zero, ct);

    public Task BusyAsync(bool isBusy, TimeSpan repeatFor, CancellationToken ct) => TellAsync(WorkerEvent.Capacity(NewId(), isBusy), repeatFor, ct);

    public Task RunEndedAsync(TaskLease lease, TimeSpan repeatFor, CancellationToken ct) => TellAsync(WorkerEvent.RunEnded(NewId(), lease), repeatFor, ct);

    public Task TaskStoppedAsync(TaskLease lease, TimeSpan repeatFor, CancellationToken ct) => TellAsync(WorkerEvent.TaskStopped(NewId(), lease), repeatFor, ct);

    public Task FinishedAsync(IReadOnlyList<string> leaseIds, TimeSpan repeatFor, CancellationToken ct) => TellAsync(WorkerEvent.Finished(NewId(), leaseIds), repeatFor, ct);

    private static string NewId() => Guid.NewGuid().ToString();

    // Repeated under the same id, so that a post whose answer was lost counts once.
    private async Task TellAsync(WorkerEvent told, TimeSpan repeatFor, CancellationToken ct)
    {
        if (WorkerId is null)
        {
            return;
        }

        try
        {
            await Retry.RunAsync(ct => transport.SendAsync(Request(told).Taken(), ct), repeatFor, transport.Clock, ct).ConfigureAwait(false);
        }
        catch (ModuleException exception)
        {
            log.NotTold(told.Event, exception.Description);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The worker is gone; so is what it wanted to say.
        }
    }

    private ApiRequest Request(WorkerEvent told) =>
        new(HttpMethod.Post, $"/events/{Uri.EscapeDataString(WorkerId!)}?type=worker&agent_id={Uri.EscapeDataString(agentId)}", $"tell '{told.Event}'")
        {
            Url = transport.Configuration.StreamUrl(organizationId),
            Body = JsonSerializer.SerializeToUtf8Bytes(told, ProtocolJson.Default.WorkerEvent),
            Limit = Limit,
        };
}
