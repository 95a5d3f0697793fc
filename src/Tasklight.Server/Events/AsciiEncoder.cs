using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Tasklight.Server.Events;

/// <summary>
/// JSON strings in ASCII with no more escapes than that needs: the framework's own also escapes <c>' &amp; &lt; &gt; +</c> and writes a quote as
/// <c>\u0022</c>, for JSON inside of HTML. A link or a JSON result in an answer would not be readable, nor could it be copied.
/// </summary>
sealed unsafe class AsciiEncoder : JavaScriptEncoder
{
    public static readonly AsciiEncoder Instance = new();

    const string Plain = " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    const string HexDigits = "0123456789ABCDEF";

    static readonly SearchValues<char> PlainChars = SearchValues.Create(Plain);
    static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Encoding.ASCII.GetBytes(Plain));

    // Six for each half of a surrogate pair.
    public override int MaxOutputCharactersPerInputCharacter => 12;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or > '~' or '"' or '\\';

    public override int FindFirstCharacterToEncode(char* text, int textLength) => new ReadOnlySpan<char>(text, textLength).IndexOfAnyExcept(PlainChars);

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) => utf8Text.IndexOfAnyExcept(PlainBytes);

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        TryEncode(unicodeScalar, new Span<char>(buffer, bufferLength), out numberOfCharactersWritten);

    // The base class does the same by way of two buffers.
    public override OperationStatus Encode(ReadOnlySpan<char> source, Span<char> destination, out int charsConsumed, out int charsWritten, bool isFinalBlock = true)
    {
        (charsConsumed, charsWritten) = (0, 0);
        while (charsConsumed < source.Length)
        {
            var letter = source[charsConsumed];
            if (IsPlain(letter))
            {
                if (charsWritten == destination.Length)
                    return OperationStatus.DestinationTooSmall;
                destination[charsWritten++] = letter;
                charsConsumed++;
                continue;
            }

            // What is no text comes out as U+FFFD.
            var status = Rune.DecodeFromUtf16(source[charsConsumed..], out var rune, out var length);
            if (status == OperationStatus.NeedMoreData && !isFinalBlock)
                return status;
            if (!TryEncode(rune.Value, destination[charsWritten..], out var written))
                return OperationStatus.DestinationTooSmall;
            charsConsumed += length;
            charsWritten += written;
        }

        return OperationStatus.Done;
    }

    static bool IsPlain(char letter) => letter is >= ' ' and <= '~' and not '"' and not '\\';

    static bool TryEncode(int scalar, Span<char> output, out int written)
    {
        written = 0;
        return scalar switch
        {
            '"' or '\\' => TryShort((char)scalar, output, ref written),
            '\b' => TryShort('b', output, ref written),
            '\t' => TryShort('t', output, ref written),
            '\n' => TryShort('n', output, ref written),
            '\f' => TryShort('f', output, ref written),
            '\r' => TryShort('r', output, ref written),
            <= char.MaxValue => TryHex(scalar, output, ref written),
            _ => output.Length >= 12 && TryHex(0xD800 + ((scalar - 0x10000) >> 10), output, ref written) && TryHex(0xDC00 + (scalar & 0x3FF), output, ref written),
        };
    }

    static bool TryShort(char letter, Span<char> output, ref int written)
    {
        if (output.Length < 2)
            return false;
        (output[0], output[1], written) = ('\\', letter, 2);
        return true;
    }

    static bool TryHex(int unit, Span<char> output, ref int written)
    {
        var rest = output[written..];
        if (rest.Length < 6)
            return false;
        (rest[0], rest[1]) = ('\\', 'u');
        for (var digit = 0; digit < 4; digit++)
            rest[2 + digit] = HexDigits[(unit >> (12 - (4 * digit))) & 0xF];
        written += 6;
        return true;
    }
}
