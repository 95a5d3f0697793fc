using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Models;

/// <summary>
/// Ends an answer that grows past its limit while it is read: a body as a whole; a stream by the line, since a line is what its reader holds,
/// and as a whole at a multiple, since every piece of text comes wrapped.
/// </summary>
internal sealed class AnswerStream(Stream inner, string model, long most, bool isStream) : InspectedStream(inner)
{
    private const int Wrapping = 16;

    private long _total;
    private long _line;

    public static ModelException TooLarge(string model, long most) =>
        new(ModelFailure.AnswerTooLarge, $"The answer of {model} was larger than {most} bytes and was not read to its end.");

    protected override void Look(ReadOnlySpan<byte> piece)
    {
        _total += piece.Length;
        var end = piece.LastIndexOf((byte)'\n');
        _line = end < 0 ? _line + piece.Length : piece.Length - end - 1;
        if (isStream ? _line > most || _total > most * Wrapping : _total > most)
            throw TooLarge(model, most);
    }
}
