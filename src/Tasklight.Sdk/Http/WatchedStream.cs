namespace Tasklight.Sdk.Http;

/// <summary>
/// An event stream that is taken for broken after a minute of silence: the server sends a comment every 15 s, and a peer that vanished
/// without a word would otherwise be waited for without end.
/// </summary>
internal sealed class WatchedStream(Stream inner, TimeProvider clock, CancellationToken ct) : ReadStream(inner)
{
    /// <summary>How long nothing may be heard.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Inner.ReadAsync(buffer, cancellationToken);
        if (read.IsCompleted)
        {
            return await read.ConfigureAwait(false);
        }

        try
        {
            return await read.AsTask().WaitAsync(LongestSilence, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw Silence(exception);
        }
    }

    // A thread that waits for bytes can only be woken by closing what it reads from.
    public override int Read(Span<byte> buffer)
    {
        ct.ThrowIfCancellationRequested();
        using var silence = new CancellationTokenSource(LongestSilence, clock);
        using var onSilence = silence.Token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), Inner);
        using var onCancel = ct.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), Inner);
        try
        {
            var read = Inner.Read(buffer);
            return read > 0 || !(ct.IsCancellationRequested || silence.IsCancellationRequested) ? read : throw new IOException("closed");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            ct.ThrowIfCancellationRequested();
            throw silence.IsCancellationRequested ? Silence(exception) : new IOException(exception.Message, exception);
        }
    }

    private static IOException Silence(Exception exception) => new($"nothing was heard for {LongestSilence.TotalSeconds:0} s", exception);
}
