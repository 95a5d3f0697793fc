using Tasklight.Server.Dispatch;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>What a session makes of an unmodified worker's ends, of which none says whose it is, while saves get lost, come late, and tasks are stopped.</summary>
public sealed class ToldEndsTests
{
    static readonly DateTimeOffset Start = new(2026, 5, 13, 10, 0, 0, TimeSpan.Zero);

    readonly WorkerSession _session = new(new AgentSessions(new("org", "agent")), new StoredSession
    {
        Organization = "org",
        Id = "session",
        AgentId = "agent",
        KeyId = "key",
        Address = "127.0.0.1",
        Environment = "local",
        Slots = 6,
        OpenedAt = Start,
    });

    // What the process has: runs whose end it has not told.
    readonly List<TaskRun> _process = [];
    readonly List<TaskRun> _lateSaves = [];
    int _number;

    [Fact]
    public void An_end_that_was_put_down_to_a_stopped_run_is_not_forgotten()
    {
        var lost = Hold();
        var other = Hold();
        Tell(lost);
        Stop(lost);
        var stopped = Hold();
        Stop(stopped);
        var later = Hold();
        Close(other);
        Tell(other);

        Tell(stopped);
        Settle();
        Tell(later);

        Settle();
        Assert.Empty(_session.Runs);
    }

    [Fact]
    public void The_slots_in_use_are_the_runs_that_the_process_has_whatever_order_things_come_in()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var test = new ToldEndsTests();
            var random = new Random(seed);
            for (var step = 0; step < 200; step++)
            {
                test.Step(random);
                Assert.True(test._process.Count == test._session.InUse, $"seed {seed}, step {step}: the process has {test._process.Count}, the session counts {test._session.InUse}");
            }

            test.Finish();
            Assert.True(test._session.Runs.Count == 0, $"seed {seed}: {test._session.Runs.Count} runs are left of a process that has none");
        }
    }

    [Fact]
    public void An_end_is_not_put_down_to_a_run_that_was_never_sent()
    {
        var lost = Hold();
        _session.Hold("task-unsent", new TaskRun("session", "lease-unsent", Turn: 1, Attempt: 1, TaskRunState.Detached, Start));

        Tell(lost);

        Assert.Equal("lease-1", Assert.Single(_session.TakeSpent()).Run.Lease);
    }

    [Fact]
    public void A_report_that_is_repeated_behind_hundreds_of_others_counts_once()
    {
        var first = Hold();
        var other = Hold();
        Assert.Null(_session.SetBusy(isBusy: false, "report"));
        for (var report = 0; report < 1000; report++)
        {
            _session.SetBusy(isBusy: true, $"other {report}");
        }

        _session.SetBusy(isBusy: false, "report");

        Assert.Equal(1, _session.InUse);
        Assert.Equal(2, _session.Runs.Count);
        Assert.NotEqual(first, other);
    }

    void Step(Random random)
    {
        switch (random.Next(10))
        {
            case < 4 when _session.InUse < 6:
                Hold();
                break;
            case 4 when Any(random) is { } run:
                Stop(run);
                break;
            case 5 when _lateSaves.Count > 0:
                Close(_lateSaves[0]);
                _lateSaves.RemoveAt(0);
                break;
            case 6:
                Settle();
                break;
            case > 6 when Any(random) is { } run:
                End(run, random.Next(8));
                break;
        }
    }

    void End(TaskRun run, int fate)
    {
        if (fate > 1)
        {
            Close(run);
        }
        else if (fate == 1)
        {
            _lateSaves.Add(run);
        }

        Tell(run);
    }

    void Finish()
    {
        while (_process.Count > 0)
        {
            Close(_process[0]);
            Tell(_process[0]);
        }

        _lateSaves.ForEach(Close);
        Settle();
        Settle();
    }

    TaskRun? Any(Random random) => _process.Count == 0 ? null : _process[random.Next(_process.Count)];

    TaskRun Hold()
    {
        var run = new TaskRun("session", $"lease-{++_number}", Turn: 1, Attempt: 1, TaskRunState.Running, Start);
        _session.Hold($"task-{_number}", run).IsSent = true;
        _process.Add(run);
        return run;
    }

    void Stop(TaskRun run)
    {
        if (_session.Find(run.Lease) is { Run.HoldsLease: true } held)
        {
            held.Run = run with { State = TaskRunState.Detached };
        }
    }

    void Close(TaskRun run)
    {
        if (_session.Find(run.Lease) is { } held)
        {
            held.Run = run with { State = TaskRunState.Closed };
        }
    }

    /// <summary>The process tells the end of a run; what the session makes of it is committed at once.</summary>
    void Tell(TaskRun run)
    {
        _process.Remove(run);
        if (_session.SetBusy(isBusy: false, Guid.NewGuid().ToString()) is { } ended)
        {
            _session.Release(ended.Run.Lease, isDeleted: false);
        }
    }

    void Settle()
    {
        foreach (var spent in _session.TakeSpent())
        {
            _session.Release(spent.Run.Lease, isDeleted: false);
        }
    }
}
