using System.Globalization;
using System.Text;
using Tasklight.Agents.Session;

namespace Tasklight.Agents.Compaction;

/// <summary>A session as text, to be summarised.</summary>
internal static class Transcript
{
    private const int LongestPart = 12_000;

    /// <summary>What was said, in pieces of at most so many tokens (but for single parts that are longer).</summary>
    public static IReadOnlyList<string> Pieces(AgentSession session, int longest)
    {
        var pieces = new List<string>();
        var (piece, tokens) = (new StringBuilder(), 0L);
        foreach (var part in session.Entries.SelectMany(Parts))
        {
            var more = ContextGauge.TokensOf(part);
            if (piece.Length > 0 && tokens + more > longest)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
                tokens = 0;
            }

            piece.Append(part).Append('\n');
            tokens += more;
        }

        pieces.Add(piece.ToString());
        return pieces;
    }

    /// <summary>The end of what was said, for when no summary is to be had.</summary>
    public static string End(AgentSession session, int longest)
    {
        var kept = new Stack<string>();
        foreach (var part in session.Entries.SelectMany(Parts).Reverse())
        {
            longest -= part.Length;
            if (longest < 0)
            {
                break;
            }

            kept.Push(part);
        }

        return string.Join('\n', kept);
    }

    private static IEnumerable<string> Parts(SessionEntry entry)
    {
        switch (entry)
        {
            case SessionEntry.Turn(var turn):
                yield return $"USER: {Shortened(turn.Text)}";
                break;
            case SessionEntry.Summary(var summary):
                yield return $"EARLIER REQUEST: {Shortened(summary.NewTaskPrompt)}\nEARLIER SUMMARY: {summary.TaskContext}";
                break;
            case SessionEntry.Note(var note):
                yield return $"SYSTEM: {note.Text}";
                break;
            case SessionEntry.Model { Step: var answer, Calls: var calls }:
                if (answer.Text.Length > 0)
                {
                    yield return $"ASSISTANT: {Shortened(answer.Text)}";
                }

                foreach (var call in calls)
                {
                    yield return $"TOOL {call.Call.Name} {Shortened(call.Call.Arguments.GetRawText())}\nRESULT{Id(call)}: {Shortened(ToolResultText.Shown(call))}";
                }

                break;
            default:
                break;
        }
    }

    // So that a summary can say under which id an output is still to be read.
    private static string Id(CallState call) => call.Result is { Parked: true } ? string.Create(CultureInfo.InvariantCulture, $" (id {call.ResultNumber})") : "";

    private static string Shortened(string text) =>
        text.Length <= LongestPart ? text : $"{ToolResultText.Cut(text, LongestPart)} […{text.Length - LongestPart} more characters]";
}
