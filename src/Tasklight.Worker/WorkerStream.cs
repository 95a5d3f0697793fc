using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>The worker's stream over any number of connections. It comes back until it is told to end, or refused for good.</summary>
internal sealed class WorkerStream(Transport transport, WorkerOptions options, string organizationId, string agentId, ILogger log)
{
    private readonly ApiRequest _request =
        new(HttpMethod.Get, $"/events/{Uri.EscapeDataString(agentId)}?environment={transport.Configuration.WorkerEnvironment}", $"listen for tasks of agent '{agentId}'")
        {
            Url = transport.Configuration.StreamUrl(organizationId),
        };

    /// <summary>All frames, whichever connection they came by.</summary>
    /// <exception cref="ModuleException">The server refuses this worker: a bad key, an unknown agent.</exception>
    public async IAsyncEnumerable<WorkerFrame> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var wasHere = false;
        for (var failures = 0; ; failures++)
        {
            var connection = new SseConnection<byte[]>(transport, _request, AddHeaders, static (_, data) => data.ToArray());
            await using (connection.ConfigureAwait(false))
            {
                while (await connection.NextAsync(ct).ConfigureAwait(false))
                {
                    (failures, wasHere) = (0, true);
                    yield return new WorkerFrame(connection.Current.EventType, connection.Current.EventId, connection.Current.Data);
                }
            }

            if (connection.Failure is { IsTransient: false, StatusCode: >= 400 and < 500 } refusal && !(refusal.IsForeign && wasHere))
            {
                throw refusal;
            }

            var pause = Retry.Pause(failures, connection.Failure?.RetryAfter);
            if (connection.Failure is { } failure)
            {
                log.Disconnected(pause.TotalSeconds, failure.Description);
            }
            else
            {
                log.StreamEnded(pause.TotalSeconds);
            }

            await Task.Delay(pause, transport.Clock, ct).ConfigureAwait(false);
        }
    }

    private void AddHeaders(HttpRequestHeaders headers)
    {
        headers.TryAddWithoutValidation(TasklightHeaders.Instance, options.InstanceId);
        headers.TryAddWithoutValidation(TasklightHeaders.Slots, options.MaxConcurrency.ToString(CultureInfo.InvariantCulture));
    }
}
