using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Dispatch;

/// <summary>What happens to one session from outside. Each of these takes the gate itself.</summary>
sealed partial class WorkerSession
{
    /// <summary>The stream is closed; the session lives on for a while.</summary>
    public void Detach(WorkerStream stream)
    {
        lock (Agent.Gate)
        {
            if (Stream == stream)
            {
                Stream = null;
                OwesOrderlyEnd = true;
                Beat = TrialSince = null;
            }
        }
    }

    /// <summary>
    /// Sends what a continued session has missed: stops, and offers it did not confirm (to a baseline worker, which may be running them, only
    /// those that were never sent).
    /// </summary>
    /// <param name="held">The session's tasks, read after the stream was attached.</param>
    public void Resend(WorkerStream stream, IReadOnlyList<TaskRecord> held)
    {
        lock (Agent.Gate)
        {
            foreach (var task in held)
            {
                if (Stream == stream && task.Run is { } read && Find(read.Lease) is { } run && run.SentOn != stream)
                {
                    Resend(stream, task, run);
                }
            }
        }
    }

    /// <summary>
    /// Takes a capacity report. From a baseline worker each <c>false</c> is one ended run, and nobody says which: the oldest that saved its end,
    /// be it in vain. When there is none, it is only counted: a guess would free a slot, and a stopped task's next turn, while its run goes on.
    /// </summary>
    /// <param name="reportId">A report that is repeated counts once.</param>
    /// <returns>The run to end.</returns>
    public SessionRun? SetBusy(bool isBusy, string? reportId)
    {
        lock (Agent.Gate)
        {
            if (IsGone || !IsNews(reportId))
            {
                return null;
            }

            IsBusy = isBusy;
            if (isBusy || !IsBaseline)
            {
                return null;
            }

            var ended = OldestSaved();
            if (ended is not null)
            {
                ended.IsEnding = true;
            }
            else if (InUse > 0)
            {
                Correct(Stored.UnattributedEnds + 1);
            }

            return ended;
        }
    }

    /// <summary>
    /// The runs that a baseline session still has although it told as many ends since they came; they are marked as ending. Later runs do not
    /// matter: under steady load the session never has none. An end that no such run explains was another run's, whose own end was put down to
    /// one of these: it stays told.
    /// </summary>
    public IReadOnlyList<SessionRun> TakeSpent()
    {
        lock (Agent.Gate)
        {
            var ends = SpentEnds();
            if (IsGone || ends == 0)
            {
                return [];
            }

            var last = _ends[ends - 1];
            SessionRun[] spent = [.. _runs.Values.Where(run => IsCandidate(run, last))];
            foreach (var run in spent)
            {
                run.IsEnding = true;
            }

            var left = _runs.Values.Count(run => IsCandidate(run, _lastNumber));
            Correct(Stored.UnattributedEnds - ends);
            Correct(Math.Min(left, Stored.UnattributedEnds + ends - spent.Length));
            return spent;
        }
    }

    /// <summary>The run of a lease, marked as ending; null when the session has none of it, or somebody is ending it.</summary>
    public SessionRun? Take(string lease)
    {
        lock (Agent.Gate)
        {
            if (Find(lease) is not { IsEnding: false } run)
            {
                return null;
            }

            run.IsEnding = true;
            return run;
        }
    }

    /// <summary>The task of a lease that the session has; null when it has none of it.</summary>
    public string? TaskOf(string lease)
    {
        lock (Agent.Gate)
        {
            return Find(lease)?.TaskId;
        }
    }

    /// <summary>A run could not be ended now: it is as before, and the worker's word is kept in the correction counter.</summary>
    public void Untake(SessionRun run)
    {
        lock (Agent.Gate)
        {
            run.IsEnding = false;
            Correct(Stored.UnattributedEnds + 1);
        }
    }

    /// <summary>The worker said goodbye: no more work, and the session ends with its last run.</summary>
    public void Leave()
    {
        lock (Agent.Gate)
        {
            IsLeaving = true;
        }
    }

    /// <summary>Marks the session as over: no more work, its stream ends, nothing continues it. False when somebody is ending it already.</summary>
    public bool TryRetire()
    {
        lock (Agent.Gate)
        {
            if (IsClosing)
            {
                return false;
            }

            IsGone = IsClosing = true;
            Stream?.End();
            return true;
        }
    }

    /// <summary>What a worker is told about a run whose lease was taken away.</summary>
    public static string StopReason(TaskRecord task) => task switch
    {
        { Status: Protocol.AgentExecutionStatus.Stopped } => task.Fields.StopDetails?.By is { } by ? $"stopped by {by}" : "stopped",
        { IsTerminal: true } => task.Fields.Result ?? "the run was ended by the server",
        _ => "the task was taken back",
    };

    void Resend(WorkerStream stream, TaskRecord task, SessionRun run)
    {
        if (run.Run.State == TaskRunState.Offered && !(IsBaseline && run.IsSent))
        {
            run.SentOn = stream;
            stream.Send(new WorkerFrame.Execution(task, run.Run.Lease));
        }
        else if (run.Run.State == TaskRunState.Detached)
        {
            run.SentOn = stream;
            stream.Send(new WorkerFrame.TaskStop(task.Id, run.Run.Lease, StopReason(task)));
        }
    }
}
