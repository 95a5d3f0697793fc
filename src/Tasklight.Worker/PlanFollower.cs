using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>
/// Judges after each call of the handler whether the task's plan lets it end, and readies the task for the next call (contract:
/// worker-protocol §6). Tokens of all calls add up.
/// </summary>
internal sealed class PlanFollower
{
    // From this retry on the open items are named in the context: before, the plan itself is enough of a reminder.
    private const int FirstFocusedRetry = 2;

    private readonly TaskContext _context;
    private readonly WorkerParts _parts;
    private int _attempts;
    private DeepPlanning? _fetched;
    private Tokens? _spent;
    private IReadOnlyList<DeepPlanningItem> _open = [];

    public PlanFollower(TaskContext context, WorkerParts parts)
    {
        (_context, _parts) = (context, parts);
        // A redelivered task may have had retries elsewhere.
        _attempts = Math.Max(1, context.Task.ExecutionAttempts);
        context.RetryCount = _attempts - 1;
    }

    /// <summary>The handler changed the plan and did not save it.</summary>
    public bool IsChangedHere => Task.DeepPlanning != Task.ServersPlan && Task.DeepPlanning != _fetched;

    private AgentTask Task => _context.Task;

    /// <summary>True when the plan holds the task and the limit is not reached. Asks the server only when the task has a plan.</summary>
    public async Task<bool> WantsRetryAsync(CancellationToken ct)
    {
        if (!await IsPlanKnownAsync(ct).ConfigureAwait(false))
        {
            return false;
        }

        _open = PlanFollowingStatus.Of(Task.DeepPlanning).UncompletedTasks;
        if (_open.Count == 0)
        {
            return false;
        }

        var limit = _parts.Options.MaxPlanRetries;
        if (_attempts > limit)
        {
            _parts.Log.PlanLeftOpen(Task.Id, _open.Count, limit);
            return false;
        }

        _parts.Log.PlanRetry(Task.Id, _open.Count, _attempts, limit);
        return true;
    }

    /// <summary>Compacts, counts, focuses and saves: the task is executing again, without a result.</summary>
    /// <exception cref="ModuleException">The save failed.</exception>
    public async Task BeginRetryAsync(CancellationToken ct)
    {
        TakeTokens();
        await CompactAsync().ConfigureAwait(false);
        _attempts++;
        _context.RetryCount = _attempts - 1;
        (Task.Status, Task.Result, Task.Tokens, Task.ExecutionAttempts) = (AgentExecutionStatus.Executing, null, _spent, _attempts);
        if (_context.RetryCount >= FirstFocusedRetry)
        {
            Task.AdditionalContext = RetryFocus.Add(Task.AdditionalContext, _open);
        }

        await Task.SaveAsync(IsChangedHere, ct).ConfigureAwait(false);
        // The next call tells its own. And servers without leases do not count.
        (Task.Tokens, Task.ExecutionAttempts) = (null, _attempts);
    }

    /// <summary>Puts the tokens of all calls on the task, and takes the focus off it.</summary>
    public void Finish()
    {
        TakeTokens();
        (Task.Tokens, Task.ExecutionAttempts) = (_spent, _attempts);
        if (_context.RetryCount >= FirstFocusedRetry)
        {
            Task.AdditionalContext = RetryFocus.Remove(Task.AdditionalContext);
        }
    }

    // What the handler did not change itself may have been changed by others, a planning tool for example.
    private async Task<bool> IsPlanKnownAsync(CancellationToken ct)
    {
        if (!Task.DeepPlanning.Enabled || IsChangedHere)
        {
            return Task.DeepPlanning.Enabled;
        }

        try
        {
            var call = new Call<AgentTaskFields>(TaskRequests.Get(Task.Id).ForRepeating(_parts.Transport.Configuration), ProtocolJson.Default.AgentTaskFields);
            var answer = await Retry.RunAsync(ct => _parts.Transport.SendAsync(call, ct), _parts.Options.SaveRetries, _parts.Options.Clock, ct).ConfigureAwait(false);
            Task.DeepPlanning = _fetched = answer.DeepPlanning;
            return true;
        }
        catch (ModuleException exception)
        {
            _parts.Log.PlanNotFetched(Task.Id, exception.Description);
            return false;
        }
    }

    private async Task CompactAsync()
    {
        if (_parts.Options.CompactBeforeRetry is not { } compact)
        {
            return;
        }

        try
        {
            var done = await compact(_context).ConfigureAwait(false);
            Spend(new Tokens { PromptTokens = done.InputTokens, CompletionTokens = done.OutputTokens });
        }
#pragma warning disable CA1031 // A summary that fails costs room in the context window, not the task.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _parts.Log.NotCompacted(exception, Task.Id);
        }
    }

    // A handler that saves in the middle gets the tokens told so far back with the answer.
    private void TakeTokens()
    {
        if (Task.Tokens is { } told && told != _spent)
        {
            Spend(told);
        }
    }

    private void Spend(Tokens more)
    {
        if (more.TotalTokens > 0 || _spent is null)
        {
            _spent = new Tokens
            {
                PromptTokens = (_spent?.PromptTokens ?? 0) + more.PromptTokens,
                CompletionTokens = (_spent?.CompletionTokens ?? 0) + more.CompletionTokens,
            };
        }
    }
}
