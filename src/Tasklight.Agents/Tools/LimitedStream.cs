using System.Globalization;

namespace Tasklight.Agents.Tools;

/// <summary>A stream of somebody else's that is given up when it gets too long: in all, or since its last line break.</summary>
internal sealed class LimitedStream(Stream inner, long most, bool byLine = false, Action? onTooLarge = null) : InspectedStream(inner)
{
    private long _count;

    public static string Sentence(long most) => string.Create(CultureInfo.InvariantCulture, $"The answer is larger than {most} bytes and was not read: ask for less.");

    protected override void Look(ReadOnlySpan<byte> piece)
    {
        var newline = byLine ? piece.LastIndexOf((byte)'\n') : -1;
        _count = newline >= 0 ? piece.Length - newline - 1 : _count + piece.Length;
        if (_count > most)
        {
            onTooLarge?.Invoke();
            throw new TooLargeException(Sentence(most));
        }
    }
}
