using System.Net;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>
/// A task's events as the answer to its invocation: one <c>data:</c> line each. A caller who left, or takes nothing for half a minute, is
/// forgotten; the task goes on.
/// </summary>
#pragma warning disable CA1001 // A semaphore without a wait handle holds nothing, and a stray event may come after the end.
internal sealed class EventReply(HttpListenerResponse response)
#pragma warning restore CA1001
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _writing = new(1);
    private bool _isGone;

    /// <summary>The first event was sent, and with it the status.</summary>
    public bool HasBegun { get; private set; }

    public async ValueTask SendAsync(TaskUpdateEvent update)
    {
        byte[] frame = [.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(update, ProtocolJson.Default.TaskUpdateEvent), .. "\n\n"u8];
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_isGone)
            {
                await WriteAsync(frame).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException or TimeoutException)
        {
            _isGone = true;
            response.Abort();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task WriteAsync(byte[] frame)
    {
        if (!HasBegun)
        {
            HasBegun = true;
            response.ContentType = "text/event-stream";
            response.Headers["Cache-Control"] = "no-store";
            response.SendChunked = true;
        }

        await response.OutputStream.WriteAsync(frame).AsTask().WaitAsync(Patience).ConfigureAwait(false);
        await response.OutputStream.FlushAsync().ConfigureAwait(false);
    }
}
