using System.Runtime.CompilerServices;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>
/// Reads a task's event stream over any number of connections as one sequence. Servers that number their frames are asked for what comes
/// after the last number. Others tell the whole turn again, and what was told before is passed over by time.
/// </summary>
internal sealed class TaskEventStream(Transport transport, string organizationId, string taskId)
{
    private static readonly TimeSpan LongestOutage = TimeSpan.FromMinutes(5);

    private readonly ApiRequest _request = TaskRequests.Events(transport.Configuration, organizationId, taskId);
    private string _lastId = "";
    private DateTimeOffset _lastTime;
    private int _toldAtLastTime;

    public async IAsyncEnumerable<TaskUpdateEvent> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var lastContact = transport.Clock.GetTimestamp();
        for (var failures = 0; ; failures++)
        {
            var connection = Connect();
            await using var _ = connection.ConfigureAwait(false);
            var (toldUntil, leftToPassOver) = (_lastTime, _toldAtLastTime);
            while (await connection.NextAsync(ct).ConfigureAwait(false))
            {
                if (connection.Current.Data is not { } update || IsToldAgain(update, toldUntil, ref leftToPassOver))
                {
                    continue;
                }

                Remember(update, connection.LastEventId);
                (failures, lastContact) = (0, transport.Clock.GetTimestamp());
                yield return update;
                if (update.Type == TaskEventTypes.TaskFinished)
                {
                    yield break;
                }
            }

            if (connection.Failure is { } failure && (!failure.IsTransient || transport.Clock.GetElapsedTime(lastContact) > LongestOutage))
            {
                throw failure;
            }

            await Task.Delay(Retry.Pause(failures, connection.Failure?.RetryAfter), transport.Clock, ct).ConfigureAwait(false);
        }
    }

    private SseConnection<TaskUpdateEvent?> Connect() => new(
        transport,
        _request,
        headers =>
        {
            if (_lastId.Length > 0)
            {
                headers.TryAddWithoutValidation(TasklightHeaders.LastEventId, _lastId);
            }
        },
        static (_, data) => JsonSerializer.Deserialize(data, ProtocolJson.Default.TaskUpdateEvent));

    // By what was told before this connection: within one, two events of the same time are two events.
    private bool IsToldAgain(TaskUpdateEvent update, DateTimeOffset toldUntil, ref int leftToPassOver)
    {
        if (_lastId.Length > 0 || update.Time > toldUntil)
        {
            return false;
        }

        return update.Time < toldUntil || leftToPassOver-- > 0;
    }

    private void Remember(TaskUpdateEvent update, string id)
    {
        _lastId = id;
        _toldAtLastTime = update.Time == _lastTime ? _toldAtLastTime + 1 : 1;
        _lastTime = update.Time;
    }
}
