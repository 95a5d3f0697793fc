using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Tasklight.Sdk.Http;

/// <summary>What is told of one call, its repetitions included: an activity and log lines.</summary>
internal sealed class CallTrace : IDisposable
{
    private readonly ApiRequest _request;
    private readonly Transport _transport;
    private readonly Activity? _activity;
    private readonly long _start;
    private int _repetitions;

    private CallTrace(ApiRequest request, Transport transport) =>
        (_request, _transport, _activity, _start) = (request, transport, TasklightTelemetry.Start(request), transport.Clock.GetTimestamp());

    private double Milliseconds => _transport.Clock.GetElapsedTime(_start).TotalMilliseconds;

    public static CallTrace Start(ApiRequest request, Transport transport) => new(request, transport);

    public Answer Done(Answer answer)
    {
        _activity?.SetTag("http.response.status_code", answer.Status);
        if (_transport.Log.IsEnabled(LogLevel.Debug))
        {
            _transport.Log.Done(_request.What, answer.Status, Milliseconds);
        }

        return answer;
    }

    public void Repeating(ModuleException exception, TimeSpan pause)
    {
        _activity?.SetTag("http.request.resend_count", ++_repetitions);
        _transport.Log.Repeating(_request.What, exception.StatusCode, TasklightTelemetry.Kind(exception), pause.TotalSeconds);
    }

    /// <summary>Notes a failure; false, so that it can be called in an exception filter and the exception goes on untouched.</summary>
    public bool Note(ModuleException exception)
    {
        TasklightTelemetry.Fail(_activity, exception);
        if (_transport.Log.IsEnabled(LogLevel.Information))
        {
            _transport.Log.Failed(_request.What, exception.StatusCode, TasklightTelemetry.Kind(exception), Milliseconds);
        }

        return false;
    }

    public void Dispose() => _activity?.Dispose();
}
