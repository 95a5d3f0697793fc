using System.Text;

namespace Tasklight.Agents.Session;

/// <summary>Estimates how much of a model's window a session takes.</summary>
internal static class ContextGauge
{
    private const int TokensOfFile = 3_000;
    private const int TokensAroundMessage = 8;

    /// <summary>A token is four bytes of UTF-8: about right for European languages and code, and safe for others.</summary>
    public static long TokensOf(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;

    /// <summary>
    /// The tokens of the next request: what the provider counted for the last one and what came after it, or all that is there by its
    /// length, whichever is more.
    /// </summary>
    /// <param name="session">What was said.</param>
    /// <param name="overhead">Tokens of the system prompt and the tools.</param>
    public static long Estimate(AgentSession session, long overhead)
    {
        var (byLength, sinceCounted) = (overhead, 0L);
        foreach (var entry in session.Entries)
        {
            var tokens = TokensOf(entry);
            byLength += tokens;
            sinceCounted = entry is SessionEntry.Model { Step: { PromptTokens: > 0 } counted, Calls: var calls }
                ? counted.PromptTokens + counted.CompletionTokens + ResultsOf(calls)
                : sinceCounted + tokens;
        }

        return Math.Max(byLength, sinceCounted);
    }

    private static long TokensOf(SessionEntry entry) => TokensAroundMessage + entry switch
    {
        SessionEntry.Turn(var turn) => TokensOf(turn.Text) + (turn.Files.Count * TokensOfFile),
        SessionEntry.Summary(var summary) => TokensOf(SessionMessages.TextOf(summary)) + (summary.Files.Count * TokensOfFile),
        SessionEntry.Note(var note) => TokensOf(note.Text ?? ""),
        SessionEntry.Model { Step: var answer, Calls: var calls } =>
            TokensOf(answer.Text) + answer.Calls.Sum(call => TokensAroundMessage + TokensOf(call.Name) + TokensOf(call.Arguments.GetRawText())) + ResultsOf(calls),
        _ => 0,
    };

    private static long ResultsOf(IEnumerable<CallState> calls) => calls.Sum(call => TokensAroundMessage + TokensOf(ToolResultText.Shown(call)));
}
