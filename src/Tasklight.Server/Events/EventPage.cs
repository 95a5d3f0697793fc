using System.Buffers;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>A page of the log as JSON, for REST clients that poll: <c>{items: [{sequence, …envelope}], next_after}</c>.</summary>
static class EventPage
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    /// <summary>Writes the events behind <paramref name="after"/>, at most <paramref name="limit"/>; trimmed ones show as <c>gap</c>.</summary>
    public static async Task WriteAsync(IBufferWriter<byte> output, ITaskStore store, TaskRecord task, long after, int limit, StreamSurface surface, CancellationToken cancel)
    {
        var frames = await new EventReader(store, new TaskKey(task.Organization, task.Id), after).ReadAsync(limit, cancel);
        output.Write("{\"items\":["u8);
        var isFirst = true;
        foreach (var frame in frames)
        {
            if (frame.Sequence > after + 1)
            {
                WriteItem(output, FrameText.Gap(task.Organization, task.Id, after + 1, frame.Sequence - 1, frame.Time), ref isFirst);
            }

            if ((frame.Reach & surface.Reach()) != EventReach.None)
            {
                WriteItem(output, frame, ref isFirst);
            }

            after = frame.Sequence;
        }

        // Nothing left, but the log was longer once.
        if (frames.Length == 0 && after < task.Sequence)
        {
            WriteItem(output, FrameText.Gap(task.Organization, task.Id, after + 1, task.Sequence, task.LastEventAt), ref isFirst);
            after = task.Sequence;
        }

        output.Write("],\"next_after\":"u8);
        FrameText.Number(output, after);
        output.Write("}"u8);
    }

    static void WriteItem(IBufferWriter<byte> output, EventFrame frame, ref bool isFirst)
    {
        output.Write(isFirst ? "{\"sequence\":"u8 : ",{\"sequence\":"u8);
        FrameText.Number(output, frame.Sequence);
        output.Write(","u8);
        output.Write(frame.Json[1..]);
        isFirst = false;
    }
}
