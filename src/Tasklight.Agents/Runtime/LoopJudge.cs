using System.Text.Json;
using Tasklight.Agents.Session;

namespace Tasklight.Agents.Runtime;

/// <summary>Notices a model that makes the same calls with the same outcome again and again.</summary>
internal static class LoopJudge
{
    /// <summary>At every so many rounds in a row the model is told.</summary>
    public const int ToldEvery = 3;

    /// <summary>At so many the task fails.</summary>
    public const int FailsAt = 9;

    /// <summary>What to do about it; null = nothing.</summary>
    public static NextMove? Decide(AgentSession session)
    {
        var rounds = RoundsAlike(session);
        if (rounds >= FailsAt)
        {
            return new NextMove.Fail($"The model made the same tool calls with the same results {rounds} times in a row: {Names(session)}.");
        }

        return rounds > 0 && rounds % ToldEvery == 0
            ? new NextMove.SendBack(NoteStep.Loop, $"You made the same calls {rounds} times in a row, with the same results. Do something else, or answer with what you have.")
            : null;
    }

    private static int RoundsAlike(AgentSession session)
    {
        SessionEntry.Model? last = null;
        var rounds = 0;
        for (var at = session.Entries.Count - 1; at >= 0; at--)
        {
            switch (session.Entries[at])
            {
                case SessionEntry.Note:
                    continue;
                case SessionEntry.Model { Calls.Count: > 0 } round when last is null || IsAlike(round, last):
                    (last, rounds) = (round, rounds + 1);
                    continue;
                default:
                    return rounds;
            }
        }

        return rounds;
    }

    private static bool IsAlike(SessionEntry.Model a, SessionEntry.Model b) => a.Calls.Count == b.Calls.Count && a.Calls.Zip(b.Calls).All(pair => IsAlike(pair.First, pair.Second));

    private static bool IsAlike(CallState a, CallState b) =>
        a.Call.Name == b.Call.Name
        && a.Result?.IsError == b.Result?.IsError
        && JsonElement.DeepEquals(a.Call.Arguments, b.Call.Arguments)
        && a.Result is { } one && b.Result is { } other && JsonElement.DeepEquals(one.Result, other.Result);

    private static string Names(AgentSession session) => string.Join(", ", session.Answer!.Calls.Select(call => call.Call.Name).Distinct(StringComparer.Ordinal));
}
