using System.Threading.Channels;
using Tasklight.Server.Api;

namespace Tasklight.Server.Dispatch;

/// <summary>
/// The server's side of one worker stream: frames are put in from any thread without waiting, and one pump writes them. Idle, it holds an
/// empty channel and nothing else.
/// </summary>
/// <param name="cut">Ends a write that the peer does not take, when the server stops.</param>
sealed class WorkerStream(TaskWriter tasks, CancellationToken cut)
{
    readonly Channel<WorkerFrame> _frames = Channel.CreateUnbounded<WorkerFrame>(new() { SingleReader = true });
    volatile bool _isEnded;

    public bool IsEnded => _isEnded;

    /// <summary>The session it belongs to now. Guarded by the agent's gate.</summary>
    public WorkerSession? Session { get; set; }

    /// <summary>Puts a frame behind the others; false when the stream has ended. Never waits.</summary>
    public bool Send(WorkerFrame frame) => _frames.Writer.TryWrite(frame);

    /// <summary>Lets the pump write what was sent and then end the response in order.</summary>
    public void End()
    {
        _isEnded = true;
        _frames.Writer.TryComplete();
    }

    /// <summary>Writes frames until the stream is ended or the peer is gone.</summary>
    public async Task PumpAsync(HttpResponse response)
    {
        var output = response.BodyWriter;
        var frames = _frames.Reader;
        while (await frames.WaitToReadAsync(CancellationToken.None))
        {
            while (frames.TryRead(out var frame))
            {
                frame.Write(output, tasks);
            }

            var flushed = await output.FlushAsync(cut);
            if (flushed.IsCompleted)
            {
                break;
            }
        }

        End();
    }
}
