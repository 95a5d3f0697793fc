using System.Collections.Concurrent;
using System.Diagnostics;

namespace Tasklight.Sdk.Tests;

/// <summary>Gathers the SDK's activities of the test that made it.</summary>
internal sealed class Traced : IDisposable
{
    private readonly Activity _root = new Activity("test").Start();
    private readonly ActivityListener _listener;

    public Traced()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TasklightTelemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == _root.TraceId)
                {
                    Ended.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ConcurrentQueue<Activity> Ended { get; } = [];

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }
}
