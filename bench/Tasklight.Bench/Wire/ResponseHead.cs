using System.Buffers.Text;
using System.Text;

namespace Tasklight.Bench.Wire;

/// <summary>What a client must know of an answer's head. A length of -1 means: chunked, or until the connection ends.</summary>
readonly record struct ResponseHead(int Status, int Length, bool Chunked, bool Close)
{
    /// <summary>Reads the lines that a client must know.</summary>
    /// <param name="head">Status line and header lines, each with its line end, without the empty line.</param>
    public static ResponseHead Parse(ReadOnlySpan<byte> head)
    {
        if (!Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _)) throw new IOException("The answer has no status line.");
        var (length, chunked, close) = (-1, false, false);
        for (var at = head.IndexOf("\r\n"u8) + 2; at < head.Length;)
        {
            var line = head[at..];
            line = line[..line.IndexOf("\r\n"u8)];
            at += line.Length + 2;
            var colon = line.IndexOf((byte)':');
            if (colon < 0) continue;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8)) length = Number(value);
            else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8)) chunked = value.IndexOf("chunked"u8) >= 0;
            else if (Ascii.EqualsIgnoreCase(name, "connection"u8)) close = Ascii.EqualsIgnoreCase(value, "close"u8);
        }

        return new ResponseHead(status, status is 204 or 304 ? 0 : length, chunked, close || (length < 0 && !chunked && status is not 204 and not 304));
    }

    static int Number(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out int number, out _) ? number : throw new IOException("The answer's length is no number.");
}
