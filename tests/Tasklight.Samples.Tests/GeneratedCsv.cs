using System.Globalization;
using System.Text;

namespace Tasklight.Samples.Tests;

/// <summary>A CSV file of a wanted size that is made while it is read, so that nobody holds it.</summary>
internal sealed class GeneratedCsv(long size) : Stream
{
    private byte[] _line = "id,amount,day,city,note\n"u8.ToArray();
    private int _read;
    private long _made;

    public long Rows { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_read == _line.Length)
        {
            if (_made >= size)
            {
                return 0;
            }

            NextLine();
        }

        var copied = Math.Min(count, _line.Length - _read);
        _line.AsSpan(_read, copied).CopyTo(buffer.AsSpan(offset));
        _read += copied;
        return copied;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void NextLine()
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Rows},{Rows * 7919 % 100_003 / 8.0},{new DateOnly(2020, 1, 1).AddDays((int)(Rows % 1_000)):yyyy-MM-dd},city {Rows % 97},\"note {Rows}, and more\"\n");
        _line = Encoding.ASCII.GetBytes(text);
        _read = 0;
        _made += _line.Length;
        Rows++;
    }
}
