using System.Buffers.Text;
using System.Text;

namespace Tasklight.Bench.Wire;

/// <summary>Writes the head of a request straight into bytes.</summary>
static class RequestHead
{
    /// <summary>Writes request line, headers and the empty line.</summary>
    /// <param name="length">Length of the JSON body that follows; -1 when the request has none.</param>
    /// <returns>The number of bytes written.</returns>
    public static int Write(Span<byte> to, Endpoint endpoint, string method, string path, string extra, int length)
    {
        var at = Encoding.ASCII.GetBytes(method, to);
        to[at++] = (byte)' ';
        at += Encoding.ASCII.GetBytes(path, to[at..]);
        Append(to, ref at, endpoint.Headers);
        at += Encoding.ASCII.GetBytes(extra, to[at..]);
        if (length >= 0)
        {
            Append(to, ref at, "Content-Type: application/json\r\nContent-Length: "u8);
            Utf8Formatter.TryFormat(length, to[at..], out var written);
            at += written;
            Append(to, ref at, "\r\n"u8);
        }

        Append(to, ref at, "\r\n"u8);
        return at;
    }

    static void Append(Span<byte> to, ref int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to[at..]);
        at += text.Length;
    }
}
