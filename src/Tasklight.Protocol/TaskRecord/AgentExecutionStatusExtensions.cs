using System.Text;

namespace Tasklight.Protocol;

/// <summary>What follows from a status alone, and its word on the wire.</summary>
public static class AgentExecutionStatusExtensions
{
    // What Python prints for an enum member; clients put it into status filters (contract: README §9).
    private const string PrintedPrefix = nameof(AgentExecutionStatus) + ".";

    private const int LongestText = 64;

    /// <summary>True for completed, error, failed and stopped: nothing more happens in this turn.</summary>
    public static bool IsTerminal(this AgentExecutionStatus status) => status >= AgentExecutionStatus.Completed;

    /// <summary>The lower-case word of the contract; a constant, never a new string.</summary>
    /// <exception cref="IndexOutOfRangeException">The value is none of the seven.</exception>
    public static string ToWire(this AgentExecutionStatus status) => AgentExecutionStatusConverter.Words[(int)status];

    /// <summary>Reads one of the seven words, or the printed form <c>AgentExecutionStatus.Pending</c>. Nothing else, no other casing.</summary>
    public static bool TryParseWire(string? text, out AgentExecutionStatus status) => TryParseWire(text.AsSpan(), out status);

    /// <inheritdoc cref="TryParseWire(string?, out AgentExecutionStatus)"/>
    public static bool TryParseWire(ReadOnlySpan<byte> utf8, out AgentExecutionStatus status)
    {
        Span<char> text = stackalloc char[LongestText];
        status = default;
        return utf8.Length <= LongestText && Encoding.UTF8.TryGetChars(utf8, text, out var length) && TryParseWire(text[..length], out status);
    }

    private static bool TryParseWire(ReadOnlySpan<char> text, out AgentExecutionStatus status)
    {
        var printed = text.StartsWith(PrintedPrefix, StringComparison.Ordinal);
        var word = printed ? text[PrintedPrefix.Length..] : text;
        for (var index = 0; index < AgentExecutionStatusConverter.Words.Length; index++)
        {
            if (word.Equals(AgentExecutionStatusConverter.Words[index], printed ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            {
                status = (AgentExecutionStatus)index;
                return true;
            }
        }

        status = default;
        return false;
    }
}
