using System.Globalization;

namespace Tasklight.Agents.Tools;

/// <summary>A stream of somebody else's that is given up when it gets too long: in all, or since its last line break.</summary>
internal sealed class LimitedStream(Stream inner, long most, bool byLine = false, Action? onTooLarge = null) : Stream
{
    private long _count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static string Sentence(long most) => string.Create(CultureInfo.InvariantCulture, $"The answer is larger than {most} bytes and was not read: ask for less.");

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Counted(buffer.Span, read);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer) => Counted(buffer, inner.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Counted(ReadOnlySpan<byte> buffer, int read)
    {
        var newline = byLine ? buffer[..read].LastIndexOf((byte)'\n') : -1;
        _count = newline >= 0 ? read - newline - 1 : _count + read;
        if (_count <= most)
        {
            return read;
        }

        onTooLarge?.Invoke();
        throw new TooLargeException(Sentence(most));
    }
}
