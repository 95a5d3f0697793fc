using Tasklight.Agents.Compaction;
using Tasklight.Agents.Session;

namespace Tasklight.Agents.Runtime;

/// <summary>Decides what a run does next, from nothing but the stored session: a run that is taken up elsewhere goes on in the same way.</summary>
internal sealed class MoveJudge(RunLimits limits, OutputJudge output, long overhead)
{
    /// <summary>What comes next.</summary>
    public NextMove Decide(AgentSession session)
    {
        if (session.Question is { } question)
        {
            return new NextMove.AwaitAnswer(question.Text ?? "");
        }

        return session.Answer switch
        {
            { Calls.Count: 0 } answer => Judge(answer.Step, session.Progress),
            { } when session.OpenCalls.Count > 0 => new NextMove.RunTools(),
            { } answer => AfterTools(session, answer),
            null => BeforeModel(session),
        };
    }

    /// <summary>True when a summary would be shorter than what it replaces.</summary>
    public static bool CanCompact(AgentSession session) => session.Entries.Count > 1;

    private NextMove Judge(ModelStep answer, TurnProgress progress)
    {
        if (output.Problem(answer) is not { } problem)
        {
            return new NextMove.Finish(output.ResultOf(answer.Text));
        }

        return progress.Repairs < RunLimits.MaxRepairs && progress.ModelTurns < limits.MaxTurns
            ? new NextMove.SendBack(NoteStep.Repair, problem.ForModel)
            : new NextMove.Fail(problem.ForUser);
    }

    private NextMove AfterTools(AgentSession session, SessionEntry.Model answer)
    {
        if (answer.Calls.FirstOrDefault(call => call is { Call.Name: CompactTool.ToolName, Result.IsError: false }) is { } wanted)
        {
            return new NextMove.Compact(CompactionTriggers.Manual, CompactTool.FocusOf(wanted.Call));
        }

        return LoopJudge.Decide(session) ?? BeforeModel(session);
    }

    private NextMove BeforeModel(AgentSession session)
    {
        if (session.Progress.ModelTurns >= limits.MaxTurns)
        {
            return new NextMove.Fail($"The model was asked {session.Progress.ModelTurns} times without giving an answer (max_turns {limits.MaxTurns}).");
        }

        var tokens = ContextGauge.Estimate(session, overhead);
        if (tokens < limits.CompactAt)
        {
            return new NextMove.AskModel();
        }

        if (CanCompact(session))
        {
            return new NextMove.Compact(CompactionTriggers.Auto);
        }

        return tokens < limits.ContextWindow
            ? new NextMove.AskModel()
            : new NextMove.Fail($"The request is about {tokens} tokens long; the model's window has room for {limits.ContextWindow} (llm_settings.context_window).");
    }
}
