using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tasklight.Sdk.Http;

/// <summary>
/// What is told of an event stream, which outlives its connections: one activity from the first connection to the end, in which every opening,
/// resumption and break is an event, and log lines.
/// </summary>
internal sealed class StreamTrace : IDisposable
{
    private readonly ApiRequest _request;
    private readonly ILogger _log;
    private readonly Activity? _activity;
    private string _reason = "the reader left";
    private int _connections;
    private int _events;

    private StreamTrace(ApiRequest request, ILogger log)
    {
        (_request, _log) = (request, log);
        // It spans the reader's own work between two events, which is no part of it.
        var readers = Activity.Current;
        _activity = TasklightTelemetry.Start(request);
        Activity.Current = readers;
    }

    public static StreamTrace Start(ApiRequest request, ILogger log) => new(request, log);

    public void Opened(string lastEventId)
    {
        var tags = new ActivityTagsCollection { ["tasklight.last_event_id"] = lastEventId };
        _activity?.AddEvent(new ActivityEvent(_connections == 0 ? "open" : "resume", tags: tags));
        _connections++;
        _log.StreamOpened(_request.What, lastEventId);
    }

    /// <summary>The server itself has answered before.</summary>
    public bool HasOpened => _connections > 0;

    public void Told() => _events++;

    public void Broke(ModuleException? failure, TimeSpan pause)
    {
        var (status, kind) = failure is null ? (200, "ended early") : (failure.StatusCode, TasklightTelemetry.Kind(failure));
        _activity?.AddEvent(new ActivityEvent("break", tags: new ActivityTagsCollection { ["http.response.status_code"] = status, ["error.type"] = kind }));
        _log.StreamBroke(_request.What, status, kind, pause.TotalSeconds);
    }

    public void Finished() => _reason = "the task has ended";

    public void Failed(ModuleException exception)
    {
        _reason = TasklightTelemetry.Kind(exception);
        TasklightTelemetry.Fail(_activity, exception);
    }

    public void Dispose()
    {
        _log.StreamEnded(_request.What, _reason, _events, _connections);
        if (_activity is null)
        {
            return;
        }

        var readers = Activity.Current;
        _activity.AddEvent(new ActivityEvent("end", tags: new ActivityTagsCollection { ["tasklight.reason"] = _reason }));
        _activity.SetTag("tasklight.events", _events).SetTag("tasklight.connections", _connections).Dispose();
        Activity.Current = readers;
    }
}
