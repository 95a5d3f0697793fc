using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Threading.Channels;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Scenarios;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Load;

/// <summary>Workers with a stream and a heartbeat each, and slots that run the calls of a task.</summary>
sealed class WorkerPool(Endpoint endpoint, Routes routes, int workers, int slots, WorkerPattern pattern, Tally tally) : IAsyncDisposable
{
    static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, Delivery> _deliveries = new(StringComparer.Ordinal);
    readonly Channel<WorkerJob> _jobs = Channel.CreateUnbounded<WorkerJob>();
    readonly CancellationTokenSource _end = new();
    readonly ConcurrentBag<Task> _running = [];
    readonly EventStream?[] _streams = new EventStream?[workers];
    readonly string _instance = Guid.NewGuid().ToString("N");
    int _registered;
    long _lastDelivery = Stopwatch.GetTimestamp();

    public int Registered => _registered;

    public int Beats;

    public Delivery Of(string task) => _deliveries.GetOrAdd(task, static _ => new Delivery());

    public void Forget(string task) => _deliveries.TryRemove(task, out _);

    /// <summary>Opens every stream and waits until each worker is registered.</summary>
    public async Task StartAsync(TimeSpan? patience = null)
    {
        for (var i = 0; i < slots; i++) _running.Add(Task.Run(WorkAsync));
        for (var i = 0; i < workers; i++)
        {
            var index = i;
            _running.Add(Task.Run(() => ListenAsync(index)));
            if (i % 64 == 63) await Task.Delay(5);
        }

        if (!await Waiting.UntilAsync(() => Volatile.Read(ref _registered) >= workers, patience ?? TimeSpan.FromSeconds(30)))
            throw new InvalidOperationException($"Only {_registered} of {workers} workers were registered. {tally.FirstError}");
    }

    /// <summary>Waits until the tasks that earlier runs left over are worked off.</summary>
    public async Task QuietAsync()
    {
        while (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastDelivery)) < TimeSpan.FromSeconds(0.5)) await Task.Delay(50);
        _deliveries.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _jobs.Writer.TryComplete();
        foreach (var stream in _streams) stream?.Dispose();
        await Task.WhenAll(_running).WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    async Task ListenAsync(int index)
    {
        var headers = pattern == WorkerPattern.PythonSdk ? "" : $"Tasklight-Instance: {_instance}-{index}\r\nTasklight-Slots: {Math.Max(1, (slots + workers - 1) / workers)}\r\n";
        try
        {
            using var stream = _streams[index] = await EventStream.OpenAsync(endpoint, routes.Worker, headers);
            await ReadAsync(stream);
            if (!_end.IsCancellationRequested) throw new IOException("The server ended a worker's stream.");
        }
        catch (Exception problem)
        {
            if (!_end.IsCancellationRequested) tally.Failed(problem);
        }
    }

    async Task ReadAsync(EventStream stream)
    {
        var worker = "";
        while (await stream.NextAsync())
        {
            if (stream.Name.SequenceEqual("agent-execution"u8)) Take(stream, worker);
            else if (stream.Name.SequenceEqual("task-stop"u8)) Of(JsonPeek.Text(stream.Data, "task_id"u8)!).StopSeenAt = Stopwatch.GetTimestamp();
            else if (stream.Name.SequenceEqual("worker-registration"u8))
            {
                worker = JsonPeek.Text(stream.Data, "id"u8)!;
                Interlocked.Increment(ref _registered);
                _running.Add(Task.Run(() => BeatAsync(worker)));
            }
        }
    }

    void Take(EventStream stream, string worker)
    {
        var now = Stopwatch.GetTimestamp();
        var task = JsonPeek.Text(stream.Data, "id"u8)!;
        var delivery = Of(task);
        if (Interlocked.Increment(ref delivery.Deliveries) > 1) Interlocked.Increment(ref tally.Duplicates);
        else delivery.DeliveredAt = now;
        Volatile.Write(ref _lastDelivery, now);
        var sdk = pattern == WorkerPattern.PythonSdk;
        _jobs.Writer.TryWrite(new WorkerJob(task, worker, sdk ? "" : Encoding.ASCII.GetString(stream.Id), sdk ? stream.Data.ToArray() : []));
    }

    async Task BeatAsync(string worker)
    {
        using var connection = new HttpConnection(endpoint, 1024);
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await connection.CallAsync("POST", routes.WorkerPost(worker), Bodies.WorkerEvent("worker-heartbeat", $"\"{DateTime.UtcNow:s}\""));
                Interlocked.Increment(ref Beats);
                await Task.Delay(BeatInterval, _end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception problem)
            {
                if (!_end.IsCancellationRequested) tally.Failed(problem);
                return;
            }
        }
    }

    async Task WorkAsync()
    {
        using var connection = new HttpConnection(endpoint);
        await foreach (var job in _jobs.Reader.ReadAllAsync())
        {
            try
            {
                await job.RunAsync(connection, pattern);
                if (pattern != WorkerPattern.Holding) Of(job.Task).Finish(Stopwatch.GetTimestamp());
                if (pattern == WorkerPattern.PythonSdk)
                    await connection.CallAsync("POST", routes.WorkerPost(job.Worker), Bodies.WorkerEvent("worker-capacity-update", """{"is_busy":false}"""));
            }
            catch (Exception problem)
            {
                if (!_end.IsCancellationRequested) tally.Failed(problem);
            }
        }
    }
}
