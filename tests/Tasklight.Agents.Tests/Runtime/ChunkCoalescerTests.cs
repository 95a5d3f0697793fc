using System.Threading.Channels;
using Tasklight.Agents.Runtime;
using Tasklight.Server.Tests;

namespace Tasklight.Agents.Tests.Runtime;

/// <summary>Streamed text is told at most twenty times a second, and never later than it must.</summary>
public sealed class ChunkCoalescerTests
{
    private readonly TestClock _clock = new();
    private readonly Channel<string> _source = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_piece_is_told_at_once_and_the_others_together()
    {
        var draining = Drain();
        await SendAsync("a");
        Assert.Equal("a", await _told.Reader.ReadAsync(Ct));

        await SendAsync("b", "c", "");
        _source.Writer.Complete();
        await draining;

        Assert.Equal(["bc"], await RestAsync());
    }

    [Fact]
    public async Task A_piece_is_told_when_its_time_has_come_though_no_other_follows()
    {
        var draining = Drain();
        await SendAsync("a");
        await _told.Reader.ReadAsync(Ct);
        await SendAsync("b");

        var told = _told.Reader.ReadAsync(Ct).AsTask();
        await _clock.AdvanceUntilAsync(told, ChunkCoalescer.Interval);

        Assert.Equal("b", await told);
        _source.Writer.Complete();
        await draining;
    }

    [Fact]
    public async Task Time_that_passes_between_two_looks_at_the_clock_does_no_harm()
    {
        var told = new List<string>();
        var coalescer = new ChunkCoalescer(
            text =>
            {
                told.Add(text);
                return ValueTask.CompletedTask;
            },
            new TickingClock());

        await coalescer.DrainAsync(PiecesAsync(), static piece => piece, static _ => { }, Ct);

        Assert.Equal("abc", string.Concat(told));
    }

    private static async IAsyncEnumerable<string> PiecesAsync()
    {
        foreach (var piece in (string[])["a", "b", "c"])
        {
            await Task.Yield();
            yield return piece;
        }
    }

    [Fact]
    public async Task Half_a_character_waits_for_its_other_half()
    {
        var draining = Drain();
        await SendAsync("x\ud83d", "\ude00");
        _source.Writer.Complete();
        await draining;

        Assert.Equal(["x", "😀"], await RestAsync());
    }

    [Fact]
    public async Task What_came_before_a_failure_is_told()
    {
        var draining = Drain();
        await SendAsync("a", "b");
        _source.Writer.Complete(new InvalidOperationException("cut"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => draining);
        Assert.Equal("ab", string.Concat(await RestAsync()));
    }

    private Task Drain()
    {
        var chunks = new ChunkCoalescer(text => _told.Writer.WriteAsync(text, Ct), _clock);
        return chunks.DrainAsync(_source.Reader.ReadAllAsync(Ct), text => text, _ => { }, Ct);
    }

    private async Task SendAsync(params string[] pieces)
    {
        foreach (var piece in pieces)
        {
            await _source.Writer.WriteAsync(piece, Ct);
        }
    }

    private async Task<List<string>> RestAsync()
    {
        _told.Writer.Complete();
        return await _told.Reader.ReadAllAsync(Ct).ToListAsync(Ct);
    }
}
