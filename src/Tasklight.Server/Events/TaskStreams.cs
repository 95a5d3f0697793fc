using System.Buffers;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

/// <summary>Writes a task's events to a client as they happen (events §2, §5).</summary>
sealed class TaskStreams(TaskFeeds feeds, ITaskStore store)
{
    // Bytes a stream writes before it waits for the client to take them, and events it reads at once when it is behind the feed.
    const int Budget = 64 * 1024;
    const int CatchUpBatch = 32;

    /// <summary>
    /// Sends the events behind <paramref name="after"/> (null: the current turn from its task_created), then new ones, and completes when the
    /// turn ends, the client leaves or the server stops. Sends status and headers at once; refusals must have been answered before.
    /// </summary>
    public Task ServeAsync(HttpContext context, TaskRecord task, StreamSurface surface, long? after = null)
    {
        SendHeaders(context);
        var position = after ?? task.TurnStart - 1;
        if (task.FinishedSequence > 0 && position >= task.FinishedSequence)
        {
            return context.Response.StartAsync();
        }

        // From here on nothing holds the record: an idle stream must not keep a prompt in memory.
        var subscriber = new TaskSubscriber(new TaskKey(task.Organization, task.Id), position, task.TurnStart, surface, context.Response.BodyWriter);
        return RunAsync(context, subscriber, task.Sequence);
    }

    static void SendHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream";
        headers.CacheControl = "no-store";
        headers["X-Accel-Buffering"] = "no";

        // A client that reads slowly, or not for a while, is not to be cut off: it costs one full buffer and nothing else.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    async Task RunAsync(HttpContext context, TaskSubscriber subscriber, long logEnd)
    {
        var feed = feeds.Join(subscriber, logEnd, out var isNew);
        var gone = context.RequestAborted.UnsafeRegister(static s => ((TaskSubscriber)s!).Wake(StreamSignals.Gone), subscriber);
        try
        {
            if (isNew)
            {
                await feed.ReadToEndAsync();
            }

            await SendAsync(subscriber, feed);
        }
        finally
        {
            await gone.DisposeAsync();
            feeds.Leave(subscriber, feed);
        }
    }

    async ValueTask SendAsync(TaskSubscriber subscriber, TaskFeed feed)
    {
        EventReader? own = null;
        EventFrame[] ownFrames = [];
        var ownNext = 0;
        var skipTo = 0L;
        var keepAlive = false;
        var isStarted = false;
        while (!subscriber.IsOver)
        {
            var step = ownNext < ownFrames.Length ? StreamStep.Behind : FromFeed(subscriber, feed, skipTo);
            if (step != StreamStep.Behind)
            {
                (own, ownFrames, ownNext) = (null, [], 0);
            }
            else
            {
                if (ownNext == ownFrames.Length)
                {
                    own ??= new EventReader(store, subscriber.Task, subscriber.Position);
                    (ownFrames, ownNext) = (await own.ReadAsync(CatchUpBatch), 0);

                    // What the ring does not reach back to may have been trimmed altogether.
                    skipTo = ownFrames.Length > 0 ? skipTo : feed.From;
                }

                step = FromLog(subscriber, ownFrames, ref ownNext);
            }

            if (step == StreamStep.Nothing && keepAlive)
            {
                subscriber.Output.Write(FrameText.KeepAlive);
            }

            if (step != StreamStep.Nothing || keepAlive || !isStarted)
            {
                isStarted = true;
                subscriber.LastWrite = feeds.Now;
                if ((await subscriber.Output.FlushAsync()).IsCompleted)
                {
                    return;
                }
            }

            if (step == StreamStep.Ended)
            {
                return;
            }

            if (step == StreamStep.Wrote)
            {
                feed.CaughtUp();
            }

            keepAlive = step != StreamStep.More && (await subscriber.WaitAsync()).HasFlag(StreamSignals.KeepAlive);
        }
    }

    static StreamStep FromFeed(TaskSubscriber subscriber, TaskFeed feed, long skipTo)
    {
        var batch = default(FrameBatch);
        Span<EventFrame?> frames = batch;
        var count = feed.Take(Math.Max(subscriber.Position, skipTo), frames, Budget, out var isAll);
        return count switch
        {
            < 0 => StreamStep.Behind,
            0 => StreamStep.Nothing,
            _ => Write(subscriber, frames[..count], isAll),
        };
    }

    // Only as much as the client may have under way: the rest stays in the array, not in the socket's buffers.
    static StreamStep FromLog(TaskSubscriber subscriber, EventFrame[] frames, ref int next)
    {
        var start = next;
        for (var budget = Budget; next < frames.Length && budget > 0; next++)
        {
            budget -= frames[next].Bytes.Length;
        }

        return Write(subscriber, frames.AsSpan(start..next), isAll: false);
    }

    static StreamStep Write(TaskSubscriber subscriber, ReadOnlySpan<EventFrame?> frames, bool isAll)
    {
        var reach = subscriber.Surface.Reach();
        foreach (var frame in frames)
        {
            if (frame!.Sequence > subscriber.Position + 1 && subscriber.Surface != StreamSurface.Sdk)
            {
                WriteGap(subscriber, frame);
            }

            subscriber.Position = frame.Sequence;
            if ((frame.Reach & reach) != EventReach.None)
            {
                subscriber.Output.Write(frame.Bytes);
            }

            if (frame.EndsTurn && frame.Sequence >= subscriber.TurnStart)
            {
                return StreamStep.Ended;
            }
        }

        return isAll ? StreamStep.Wrote : StreamStep.More;
    }

    static void WriteGap(TaskSubscriber subscriber, EventFrame next)
    {
        var (organization, taskId) = subscriber.Task;
        subscriber.Output.Write(FrameText.Gap(organization, taskId, subscriber.Position + 1, next.Sequence - 1, next.Time).Bytes);
    }
}
