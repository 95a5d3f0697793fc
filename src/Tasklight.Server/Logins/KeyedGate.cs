namespace Tasklight.Server.Logins;

/// <summary>Lets one in at a time, each key by itself.</summary>
sealed class KeyedGate<TKey>
    where TKey : notnull
{
    readonly Lock _lock = new();
    readonly Dictionary<TKey, (SemaphoreSlim Gate, int Users)> _gates = [];

    /// <summary>Waits for its turn; dispose the answer to end it.</summary>
    public async Task<IDisposable> EnterAsync(TKey key, CancellationToken cancel)
    {
        var gate = Join(key);
        try
        {
            await gate.WaitAsync(cancel);
        }
        catch
        {
            Leave(key);
            throw;
        }

        return new Turn(this, key, gate);
    }

    SemaphoreSlim Join(TKey key)
    {
        lock (_lock)
        {
            var (gate, users) = _gates.TryGetValue(key, out var found) ? found : (new SemaphoreSlim(1), 0);
            _gates[key] = (gate, users + 1);
            return gate;
        }
    }

    void Leave(TKey key)
    {
        lock (_lock)
        {
            var (gate, users) = _gates[key];
            if (users > 1)
            {
                _gates[key] = (gate, users - 1);
                return;
            }

            _gates.Remove(key);
            gate.Dispose();
        }
    }

    sealed class Turn(KeyedGate<TKey> owner, TKey key, SemaphoreSlim gate) : IDisposable
    {
        public void Dispose()
        {
            gate.Release();
            owner.Leave(key);
        }
    }
}
