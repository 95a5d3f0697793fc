namespace Tasklight.Protocol;

/// <summary>The closed list of <see cref="WhyAnswer.Reason"/>.</summary>
public static class WaitReasons
{
    /// <summary>It runs.</summary>
    public const string Executing = "executing";

    /// <summary>It has ended.</summary>
    public const string Finished = "finished";

    /// <summary>Given to a worker, which has not yet said that it began.</summary>
    public const string Dispatched = "dispatched";

    /// <summary>No worker of the agent is connected.</summary>
    public const string NoWorker = "no_worker";

    /// <summary>Workers are connected, all their slots are taken.</summary>
    public const string SlotsBusy = "slots_busy";

    /// <summary>The agent's limit of running tasks is reached.</summary>
    public const string AgentLimit = "agent_limit";

    /// <summary>The end user's limit of running tasks is reached.</summary>
    public const string UserLimit = "user_limit";

    /// <summary>Only one worker may take it, and that one is away.</summary>
    public const string PinnedWorkerAway = "pinned_worker_away";

    /// <summary>The run of the stopped turn before has not given its slot back.</summary>
    public const string PreviousRunNotEnded = "previous_run_not_ended";

    /// <summary>It is not yet time.</summary>
    public const string NotBefore = "not_before";

    /// <summary>A person has to approve an action.</summary>
    public const string AwaitingApproval = "awaiting_approval";

    /// <summary>The agent asked a question.</summary>
    public const string AwaitingAnswer = "awaiting_answer";

    /// <summary>The end user has to log in somewhere.</summary>
    public const string AwaitingLogin = "awaiting_login";

    /// <summary>Paused by a client.</summary>
    public const string Paused = "paused";

    /// <summary>Its creator runs it.</summary>
    public const string RunLocally = "run_locally";

    /// <summary>The agent is not active.</summary>
    public const string AgentInactive = "agent_inactive";

    /// <summary>A limit of its budget, or of a task above it, is reached.</summary>
    public const string BudgetReached = "budget_reached";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Executing, Finished, Dispatched, NoWorker, SlotsBusy, AgentLimit, UserLimit, PinnedWorkerAway, PreviousRunNotEnded, NotBefore,
        AwaitingApproval, AwaitingAnswer, AwaitingLogin, Paused, RunLocally, AgentInactive, BudgetReached,
    ];
}
