namespace Tasklight.Agents.Hosting;

/// <summary>
/// A run's place among those that run at once in a process. A run that waits for its sub-tasks leaves it to others: were it kept, runs that wait
/// for each other's agents could hold all places.
/// </summary>
internal sealed class RunPlace : IDisposable
{
    private readonly SemaphoreSlim _places;
    private readonly Lock _gate = new();
    private int _waits;
    private bool _isHeld = true;
    private bool _isOver;

    private RunPlace(SemaphoreSlim places) => _places = places;

    /// <summary>Waits for a place and takes it.</summary>
    public static async Task<RunPlace> TakeAsync(SemaphoreSlim places, CancellationToken ct)
    {
        await places.WaitAsync(ct).ConfigureAwait(false);
        return new RunPlace(places);
    }

    /// <summary>The run waits for a sub-task from here on, perhaps beside others.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _waits++;
            Release();
        }
    }

    /// <summary>The wait is over; completes when the run has a place again, or waits for other sub-tasks.</summary>
    public async Task ReturnAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (--_waits > 0)
            {
                return;
            }
        }

        await _places.WaitAsync(ct).ConfigureAwait(false);
        lock (_gate)
        {
            if (_waits == 0 && !_isHeld && !_isOver)
            {
                _isHeld = true;
                return;
            }
        }

        _places.Release();
    }

    /// <summary>The run is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            Release();
        }
    }

    private void Release()
    {
        if (_isHeld)
        {
            _isHeld = false;
            _places.Release();
        }
    }
}
