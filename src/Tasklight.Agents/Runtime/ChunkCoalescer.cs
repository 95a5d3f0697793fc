using System.Text;

namespace Tasklight.Agents.Runtime;

/// <summary>Gathers the pieces of a streamed text, so that they are told at most twenty times a second: the first at once, the others together.</summary>
internal sealed class ChunkCoalescer(Func<string, ValueTask> tell, TimeProvider clock)
{
    /// <summary>The shortest time between two chunks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly StringBuilder _waiting = new();
    private long? _told;

    /// <summary>Hands the items on as they come; the text of each is told, none later than <see cref="Interval"/> after it came.</summary>
    /// <param name="source">What is streamed.</param>
    /// <param name="text">The text of an item; empty = none.</param>
    /// <param name="item">Called with each item.</param>
    /// <param name="ct">Ends the stream.</param>
    public async Task DrainAsync<T>(IAsyncEnumerable<T> source, Func<T, string> text, Action<T> item, CancellationToken ct)
    {
        var items = source.GetAsyncEnumerator(ct);
        await using (items.ConfigureAwait(false))
        {
            try
            {
                while (await NextAsync(items, ct).ConfigureAwait(false))
                {
                    item(items.Current);
                    _waiting.Append(text(items.Current));
                    await TellWhenDueAsync().ConfigureAwait(false);
                }
            }
            finally
            {
                await TellAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> NextAsync<T>(IAsyncEnumerator<T> items, CancellationToken ct)
    {
        var next = items.MoveNextAsync();
        if (_waiting.Length == 0 || next.IsCompleted)
        {
            return await next.ConfigureAwait(false);
        }

        var coming = next.AsTask();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(coming, Task.Delay(UntilDue(), clock, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        if (!coming.IsCompleted)
        {
            await TellAsync().ConfigureAwait(false);
        }

        return await coming.ConfigureAwait(false);
    }

    private ValueTask TellWhenDueAsync() => UntilDue() <= TimeSpan.Zero ? TellAsync() : ValueTask.CompletedTask;

    // Never below zero: on a busy machine the time may pass between one look and the next.
    private TimeSpan UntilDue() =>
        _told is { } told && Interval - clock.GetElapsedTime(told) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private async ValueTask TellAsync()
    {
        if (_waiting.Length == 0)
        {
            return;
        }

        // Half a character is no text; its other half comes with the next piece.
        var text = _waiting.ToString();
        _waiting.Clear();
        if (char.IsHighSurrogate(text[^1]))
        {
            _waiting.Append(text[^1]);
            text = text[..^1];
        }

        if (text.Length > 0)
        {
            _told = clock.GetTimestamp();
            await tell(text).ConfigureAwait(false);
        }
    }
}
