namespace Tasklight.Sdk.Http;

/// <summary>
/// An event stream that is taken for broken after a minute of silence: the server sends a comment every 15 s, and a peer that vanished
/// without a word would otherwise be waited for without end.
/// </summary>
internal sealed class WatchedStream(Stream inner, TimeProvider clock, CancellationToken ct) : Stream
{
    /// <summary>How long nothing may be heard.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // A thread that waits for bytes can only be woken by closing what it reads from.
    public override int Read(Span<byte> buffer)
    {
        ct.ThrowIfCancellationRequested();
        using var silence = new CancellationTokenSource(LongestSilence, clock);
        using var onSilence = silence.Token.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), inner);
        using var onCancel = ct.UnsafeRegister(static stream => ((Stream)stream!).Dispose(), inner);
        try
        {
            var read = inner.Read(buffer);
            return read > 0 || !(ct.IsCancellationRequested || silence.IsCancellationRequested) ? read : throw new IOException("closed");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            ct.ThrowIfCancellationRequested();
            throw silence.IsCancellationRequested ? Silence(exception) : new IOException(exception.Message, exception);
        }
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static IOException Silence(Exception exception) => new($"nothing was heard for {LongestSilence.TotalSeconds:0} s", exception);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
