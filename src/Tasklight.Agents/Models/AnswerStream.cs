namespace Tasklight.Agents.Models;

/// <summary>
/// Ends an answer that grows past its limit while it is read: a body as a whole; a stream by the line, since a line is what its reader holds,
/// and as a whole at a multiple, since every piece of text comes wrapped.
/// </summary>
internal sealed class AnswerStream(Stream inner, string model, long most, bool isStream) : Stream
{
    private const int Wrapping = 16;

    private long _total;
    private long _line;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Counted(buffer.AsSpan(offset, inner.Read(buffer, offset, count)));

    public override int Read(Span<byte> buffer) => Counted(buffer[..inner.Read(buffer)]);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        return Counted(buffer.Span[..read]);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();

        base.Dispose(disposing);
    }

    private int Counted(ReadOnlySpan<byte> read)
    {
        _total += read.Length;
        var end = read.LastIndexOf((byte)'\n');
        _line = end < 0 ? _line + read.Length : read.Length - end - 1;
        if (isStream ? _line > most || _total > most * Wrapping : _total > most)
            throw TooLarge(model, most);

        return read.Length;
    }

    public static ModelException TooLarge(string model, long most) =>
        new(ModelFailure.AnswerTooLarge, $"The answer of {model} was larger than {most} bytes and was not read to its end.");
}
