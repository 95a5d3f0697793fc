namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Requests on their way to the writer: many put, one takes whatever has gathered.</summary>
sealed class WriteQueue(int maxBatch, int maxBatchBytes)
{
    readonly object _gate = new();
    readonly Queue<WriteRequest> _requests = new();
    bool _isClosed;
    bool _isAwaited;

    /// <summary>False when the queue is closed.</summary>
    public bool Put(WriteRequest request)
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _requests.Enqueue(request);
            if (_isAwaited)
            {
                _isAwaited = false;
                Monitor.Pulse(_gate);
            }
        }

        return true;
    }

    /// <summary>Waits for at least one request and adds those that are there to <paramref name="batch"/>; false when the queue is closed and empty.</summary>
    public bool Take(List<WriteRequest> batch)
    {
        lock (_gate)
        {
            while (_requests.Count == 0)
            {
                if (_isClosed)
                    return false;
                _isAwaited = true;
                Monitor.Wait(_gate);
            }

            long bytes = 0;
            while (batch.Count < maxBatch && bytes < maxBatchBytes && _requests.TryDequeue(out var request))
            {
                bytes += request.Bytes;
                batch.Add(request);
            }
        }

        return true;
    }

    /// <summary>Takes no more; what is there will still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
    }
}
