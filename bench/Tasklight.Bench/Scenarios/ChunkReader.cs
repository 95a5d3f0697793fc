using System.Buffers.Text;
using System.Diagnostics;
using Tasklight.Bench.Measure;
using Tasklight.Bench.Wire;

namespace Tasklight.Bench.Scenarios;

/// <summary>Reads the chunks that <see cref="Bodies.Chunks"/> made off a stream and checks that none is missing, doubled or out of order.</summary>
sealed class ChunkReader(EventStream stream, Tally tally)
{
    /// <summary>Chunks that arrived.</summary>
    public int Received;

    /// <summary>When the last one arrived.</summary>
    public long LastAt;

    /// <summary>Reads to the expected number or to the end of the stream.</summary>
    /// <param name="expected">Reading ends after so many.</param>
    /// <param name="ordered">The chunks were sent one after the other, numbered from 0; else only the log's own numbering is checked.</param>
    /// <param name="latencies">Times from push to arrival, of every hundredth chunk.</param>
    public async Task ReadAsync(int expected, bool ordered, Latencies? latencies = null)
    {
        var sequence = -1L;
        while (Received < expected && await stream.NextAsync())
        {
            var now = Stopwatch.GetTimestamp();
            if (Utf8Parser.TryParse(stream.Id, out long id, out _))
            {
                if (sequence >= 0 && id <= sequence) Interlocked.Increment(ref tally.OutOfOrder);
                sequence = id;
            }

            if (!Parse(stream.Data, out var number, out var sentAt)) continue;
            if (ordered && number != Received) Interlocked.Increment(ref tally.OutOfOrder);
            if (Received++ % 100 == 0) latencies?.Between(sentAt, now);
            Volatile.Write(ref LastAt, now);
        }
    }

    static bool Parse(ReadOnlySpan<byte> data, out int number, out long sentAt)
    {
        (number, sentAt) = (0, 0);
        var mark = data.IndexOf("@@"u8);
        if (mark < 0) return false;
        data = data[(mark + 2)..];
        return Utf8Parser.TryParse(data, out number, out var used) && Utf8Parser.TryParse(data[(used + 1)..], out sentAt, out _);
    }
}
