using System.Net.Http.Headers;
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
    private readonly ApiRequest _request = TaskRequests.Events(transport.Configuration, organizationId, taskId);
    private readonly Doubt _doubt = new(transport.Clock);
    private string _lastId = "";
    private DateTimeOffset _lastTime;
    private int _toldAtLastTime;
    private DateTimeOffset _toldUntil;
    private int _leftToPassOver;
    private int _failures;
    private long _lastContact;

    public async IAsyncEnumerable<TaskUpdateEvent> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var trace = Begin();
        while (true)
        {
            var connection = Connect(trace);
            await using (connection.ConfigureAwait(false))
            {
                while (await connection.NextAsync(ct).ConfigureAwait(false))
                {
                    if (NewOf(connection, trace) is not { } update)
                    {
                        continue;
                    }

                    yield return update;
                    if (update.Type == TaskEventTypes.TaskFinished)
                    {
                        yield break;
                    }
                }
            }

            await Task.Delay(PauseAfter(connection, trace), transport.Clock, ct).ConfigureAwait(false);
        }
    }

    public IEnumerable<TaskUpdateEvent> Read(CancellationToken ct)
    {
        using var trace = Begin();
        while (true)
        {
            var connection = Connect(trace);
            using (connection)
            {
                while (connection.Next(ct))
                {
                    if (NewOf(connection, trace) is not { } update)
                    {
                        continue;
                    }

                    yield return update;
                    if (update.Type == TaskEventTypes.TaskFinished)
                    {
                        yield break;
                    }
                }
            }

            Retry.Sleep(PauseAfter(connection, trace), transport.Clock, ct);
        }
    }

    private StreamTrace Begin()
    {
        _lastContact = transport.Clock.GetTimestamp();
        return StreamTrace.Start(_request, transport.Log);
    }

    private SseConnection<TaskUpdateEvent?> Connect(StreamTrace trace)
    {
        (_toldUntil, _leftToPassOver) = (_lastTime, _toldAtLastTime);
        return new(transport, _request, AddPosition, static (_, data) => JsonSerializer.Deserialize(data, ProtocolJson.Default.TaskUpdateEvent), () => trace.Opened(_lastId));
    }

    private void AddPosition(HttpRequestHeaders headers)
    {
        if (_lastId.Length > 0)
        {
            headers.TryAddWithoutValidation(TasklightHeaders.LastEventId, _lastId);
        }
    }

    // The event last read, when it was not told before.
    private TaskUpdateEvent? NewOf(SseConnection<TaskUpdateEvent?> connection, StreamTrace trace)
    {
        if (connection.Current.Data is not { } update || IsToldAgain(update))
        {
            return null;
        }

        Remember(update, connection.LastEventId);
        _failures = 0;
        trace.Told();
        if (update.Type == TaskEventTypes.TaskFinished)
        {
            trace.Finished();
        }

        return update;
    }

    private TimeSpan PauseAfter(SseConnection<TaskUpdateEvent?> connection, StreamTrace trace)
    {
        // A task may be quiet for long: an outage begins when the stream breaks, not with the last event.
        if (connection.HasOpened)
        {
            _lastContact = transport.Clock.GetTimestamp();
            _doubt.End();
        }

        var failure = connection.Failure;
        if (failure is not null && (!((_doubt.IsIn(failure) && trace.HasOpened) || failure.IsTransient) || transport.Clock.GetElapsedTime(_lastContact) > Retry.LongestOutage))
        {
            trace.Failed(failure);
            throw failure;
        }

        var pause = Retry.Pause(_failures++, failure?.RetryAfter);
        trace.Broke(failure, pause);
        return pause;
    }

    // By what was told before this connection: within one, two events of the same time are two events.
    private bool IsToldAgain(TaskUpdateEvent update)
    {
        if (_lastId.Length > 0 || update.Time > _toldUntil)
        {
            return false;
        }

        return update.Time < _toldUntil || _leftToPassOver-- > 0;
    }

    private void Remember(TaskUpdateEvent update, string id)
    {
        _lastId = id;
        _toldAtLastTime = update.Time == _lastTime ? _toldAtLastTime + 1 : 1;
        _lastTime = update.Time;
    }
}
