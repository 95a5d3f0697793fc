using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>
/// Sends a run's events in order: what gathered while the last call ran goes with the next one. A batch that did not arrive is repeated under
/// the same idempotency key, so that nothing is told twice. A full outbox lets the handler wait.
/// </summary>
internal sealed class EventOutbox : IAsyncDisposable
{
    private const int Capacity = 1_024;
    private const int LargestBatch = 256;
    private const int LargestBatchCharacters = 1 << 20;

    private readonly Channel<object> _waiting = Channel.CreateBounded<object>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Func<IReadOnlyList<TaskUpdateEvent>, CancellationToken, Task> _send;
    private readonly string _taskId;
    private readonly Task _pump;
    private volatile bool _isRunOver;

    public EventOutbox(Func<IReadOnlyList<TaskUpdateEvent>, CancellationToken, Task> send, ILogger log, string taskId, CancellationToken ct)
    {
        (_send, _taskId) = (send, taskId);
        _pump = PumpAsync(log, ct);
    }

    /// <summary>Takes an event; waits while a thousand others do.</summary>
    /// <exception cref="InvalidOperationException">The run has ended. Whoever tells events of it then is told so, also when it was cancelled before.</exception>
    public async ValueTask AddAsync(TaskUpdateEvent update, CancellationToken ct)
    {
        try
        {
            await _waiting.Writer.WriteAsync(update, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (_isRunOver || exception is ChannelClosedException)
        {
            throw new InvalidOperationException($"The run of task '{_taskId}' has ended, and no event of it is taken any more: tell events before the handler returns.", exception);
        }
    }

    /// <summary>Waits until everything taken so far was sent, or given up.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var mark = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _waiting.Writer.WriteAsync(mark, ct).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return;
        }

        await mark.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Sends the rest and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _isRunOver = true;
        _waiting.Writer.TryComplete();
        await _pump.ConfigureAwait(false);
    }

    private async Task PumpAsync(ILogger log, CancellationToken ct)
    {
        var batch = new List<TaskUpdateEvent>();
        TaskCompletionSource? mark = null;
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(ct).ConfigureAwait(false))
            {
                mark = Gather(batch);
                if (batch.Count > 0)
                {
                    await SendAsync(batch, log, ct).ConfigureAwait(false);
                    batch = [];
                }

                mark?.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The run is over; what is left is nobody's.
        }
        finally
        {
            // Whoever waits would wait for ever.
            _waiting.Writer.TryComplete();
            mark?.TrySetResult();
            while (_waiting.Reader.TryRead(out var left))
            {
                (left as TaskCompletionSource)?.TrySetResult();
            }
        }
    }

    private TaskCompletionSource? Gather(List<TaskUpdateEvent> batch)
    {
        var characters = 0;
        while (batch.Count < LargestBatch && characters < LargestBatchCharacters && _waiting.Reader.TryRead(out var next))
        {
            if (next is TaskCompletionSource mark)
            {
                return mark;
            }

            var update = (TaskUpdateEvent)next;
            batch.Add(update);
            characters += update.Data.GetRawText().Length;
        }

        return null;
    }

    // An event is a report, not the work: what cannot be told must not end the task. A lost lease is noticed by the run itself.
    private async Task SendAsync(IReadOnlyList<TaskUpdateEvent> batch, ILogger log, CancellationToken ct)
    {
        try
        {
            await _send(batch, ct).ConfigureAwait(false);
        }
        catch (ModuleException exception) when (batch.Count > 1 && exception.StatusCode is (400 or 413 or 422))
        {
            // One of them is wrong or too large, and nothing of the batch was taken: the others shall not miss for it.
            foreach (var update in batch)
            {
                await SendAsync([update], log, ct).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Nor must whatever else goes wrong with them.
        catch (Exception exception) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var isRefused = exception is ModuleException;
            log.EventsNotSent(isRefused ? null : exception, batch.Count, _taskId, exception.Message);
        }
    }
}
