using Tasklight.Sdk.Http;

namespace Tasklight.Agents.Tools;

/// <summary>A stream of which each piece is looked at before the reader has it.</summary>
internal abstract class InspectedStream(Stream inner) : ReadStream(inner)
{
    /// <summary>It was read to its end.</summary>
    public bool HasEnded { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Note(buffer.Span, read);
        return read;
    }

    public override int Read(Span<byte> buffer)
    {
        var read = Inner.Read(buffer);
        Note(buffer, read);
        return read;
    }

    /// <summary>Sees a piece; what it raises, the reader gets in its place.</summary>
    protected abstract void Look(ReadOnlySpan<byte> piece);

    private void Note(ReadOnlySpan<byte> buffer, int read)
    {
        HasEnded |= read == 0 && buffer.Length > 0;
        Look(buffer[..read]);
    }
}
