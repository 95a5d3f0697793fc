using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Runtime;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>
/// One worker's session: what it can take, what it has, when it was last heard.
/// Every member of this part is guarded by <see cref="AgentSessions.Gate"/> of <see cref="Agent"/>, except the ones that never change.
/// </summary>
sealed partial class WorkerSession(AgentSessions agent, StoredSession stored)
{
    const int RememberedReports = 1024;

    readonly Dictionary<string, SessionRun> _runs = new(StringComparer.Ordinal);
    Queue<long>? _reports;

    // For each unattributed end the number of the last run that came before it, ascending: only these may be the one that ended.
    readonly List<long> _ends = [];
    long _lastNumber;

    public AgentSessions Agent => agent;

    /// <summary>The wire's worker id.</summary>
    public string Id { get; } = stored.Id;
    public string Organization { get; } = stored.Organization;

    /// <summary>True for a worker that shows no leases and tells its ends by <c>is_busy: false</c>.</summary>
    public bool IsBaseline { get; } = stored.Instance is null;

    /// <summary>The server's own worker, which gets work only while the agent has no other one (docs/decisions/0005).</summary>
    public bool IsStandIn { get; } = stored.KeyId == RuntimeKey.Id;

    public StoredSession Stored { get; set; } = stored;

    /// <summary>The open stream; null while it is closed.</summary>
    public WorkerStream? Stream { get; set; }

    /// <summary>Timestamp of the last heartbeat that came while the stream was closed and others waited to continue it.</summary>
    public long? Beat { get; set; }

    /// <summary>Since when its stream is on trial (<see cref="WorkerHub"/>): it may be another process's, so it gets no work. Null when it is not.</summary>
    public long? TrialSince { get; set; }

    /// <summary>
    /// The stream broke. A baseline process ends itself at its fifth failure since the last orderly end of a stream, so the next one is ended
    /// in order.
    /// </summary>
    public bool OwesOrderlyEnd { get; set; }

    /// <summary>Timestamp of the last sign of life, in ticks of the time provider.</summary>
    public long Heard { get; set; }
    public DateTimeOffset HeardAt { get; set; }
    public bool IsBusy { get; set; }

    /// <summary>Not yet stored, so it is nobody's to adopt and gets no work.</summary>
    public bool IsOpening { get; set; }

    /// <summary>The worker said goodbye: it gets no more work, and the session ends with its last run.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Expired or left: nothing brings it back, its runs are being given to others.</summary>
    public bool IsGone { get; set; }

    /// <summary>A task is at work on ending the gone session.</summary>
    public bool IsClosing { get; set; }

    /// <summary><see cref="Stored"/> is ahead of the store.</summary>
    public bool IsUnsaved { get; set; }

    public Dictionary<string, SessionRun>.ValueCollection Runs => _runs.Values;

    public int InUse => Math.Max(0, _runs.Count - Stored.UnattributedEnds);

    public bool IsOpen => Stream is not null && !IsGone;

    /// <summary>Runs that it may still be given. A busy report that was overtaken by the last end does not hold forever.</summary>
    public int Free => TakesWork ? Math.Max(0, Stored.Slots - InUse) : 0;

    /// <summary>
    /// Sub-tasks that it may be given beyond its slots, in place of runs that wait for sub-tasks of their own. A baseline worker keeps to its slots by itself.
    /// </summary>
    public int Beyond => TakesWork && !IsBaseline ? Math.Max(0, Stored.Slots - InUse + Waiting) - Free : 0;

    bool TakesWork => IsOpen && !IsLeaving && TrialSince is null && !(IsBusy && !(IsBaseline && InUse == 0));

    int Waiting
    {
        get
        {
            var count = 0;
            foreach (var run in _runs.Values)
            {
                count += run is { WaitsForSubTasks: true, Run.HoldsLease: true } ? 1 : 0;
            }

            return count;
        }
    }

    public SessionRun? Find(string lease) => _runs.GetValueOrDefault(lease);

    public SessionRun Hold(string taskId, TaskRun run) => _runs[run.Lease] = new SessionRun(taskId, run, ++_lastNumber);

    /// <summary>Forgets a run. One whose task was deleted still takes a baseline worker's slot until its end is told.</summary>
    public void Release(string lease, bool isDeleted)
    {
        if (!_runs.Remove(lease, out var run))
        {
            return;
        }

        // An offer that time took back. When an unattributed end may have been its own, it most likely was.
        if (run is { IsSent: true, IsEnding: false, Run.State: TaskRunState.Offered })
        {
            var end = _ends.FindIndex(last => last >= run.Number);
            if (end >= 0)
            {
                _ends.RemoveAt(end);
                Correct(Stored.UnattributedEnds - 1);
            }
        }

        // Never more ends than runs, or the next run would count as ended before it began.
        var ends = Math.Min(Stored.UnattributedEnds, _runs.Count);
        Correct(isDeleted && IsBaseline ? ends - 1 : ends);
    }

    /// <summary>Sets the correction counter.</summary>
    public void Correct(int unattributedEnds)
    {
        if (_ends.Count > Math.Max(0, unattributedEnds))
        {
            _ends.RemoveRange(0, _ends.Count - Math.Max(0, unattributedEnds));
        }

        while (_ends.Count < unattributedEnds)
        {
            _ends.Add(_lastNumber);
        }

        if (unattributedEnds != Stored.UnattributedEnds)
        {
            Stored = Stored with { UnattributedEnds = unattributedEnds };
            IsUnsaved = true;
        }
    }

    /// <summary>True when <see cref="TakeSpent"/> has something to do.</summary>
    public bool HasSpent => SpentEnds() > 0;

    /// <summary>How many of the first unattributed ends are explained: no more runs that came before them are left than ends were told.</summary>
    int SpentEnds()
    {
        var ends = _ends.Count;
        while (ends > 0 && Candidates(_ends[ends - 1]) > ends)
        {
            ends--;
        }

        return ends;
    }

    int Candidates(long last)
    {
        var count = 0;
        foreach (var run in _runs.Values)
        {
            count += IsCandidate(run, last) ? 1 : 0;
        }

        return count;
    }

    static bool IsCandidate(SessionRun run, long last) => run.Number <= last && run is { IsSent: true, IsEnding: false };

    /// <summary>The oldest run whose end is saved and that nobody is ending yet.</summary>
    SessionRun? OldestSaved()
    {
        SessionRun? oldest = null;
        foreach (var run in _runs.Values)
        {
            if (run is { Run.State: TaskRunState.Closed, IsEnding: false } && (oldest is null || run.Run.Since < oldest.Run.Since))
            {
                oldest = run;
            }
        }

        return oldest;
    }

    /// <summary>True the first time a report's id is seen; a client repeats a POST whose answer it missed.</summary>
    public bool IsNews(string? reportId)
    {
        if (string.IsNullOrEmpty(reportId))
        {
            return true;
        }

        _reports ??= new();
        // Hashes, because a busy client repeats a report behind hundreds of others.
        var report = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(reportId)));
        if (_reports.Contains(report))
        {
            return false;
        }

        if (_reports.Count == RememberedReports)
        {
            _reports.Dequeue();
        }

        _reports.Enqueue(report);
        return true;
    }
}
