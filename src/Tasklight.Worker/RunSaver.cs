using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>Saves how a run ends, unless its handler did, and reports what the run used.</summary>
internal sealed class RunSaver(string taskId, string? leaseId, WorkerParts parts, Invocation? invocation, CancellationToken over)
{
    /// <summary>The task as it was last written; null when nothing was.</summary>
    public AgentTaskFields? Written { get; set; }

    /// <summary>Saves the task as it ended, then tells what it used.</summary>
    /// <returns>True when the server knows the end.</returns>
    public async Task<bool> SaveEndAsync(AgentTask task, bool withPlan)
    {
        if (!IsSavedByHandler(task) && !await TrySaveAsync(() => SaveOrSayWhyNotAsync(task, withPlan)).ConfigureAwait(false))
        {
            return false;
        }

        parts.Log.Ended(taskId, task.Status);
        await ReportAsync(task).ConfigureAwait(false);
        invocation?.End(task);
        return IsEnd(task.Status);
    }

    /// <summary>The handler itself wrote the end that the task has.</summary>
    public bool IsSavedByHandler(AgentTask task) =>
        Written is { } written && IsEnd(written.Status) && written.Status == task.Status && written.Result == task.Result;

    /// <summary>False when the server takes no save of this run any more, which is logged.</summary>
    public async Task<bool> TrySaveAsync(Func<Task> save)
    {
        try
        {
            await save().ConfigureAwait(false);
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
        catch (ModuleException exception)
        {
            parts.Log.NotSaved(taskId, exception.Description);
            invocation?.Refuse(exception);
            return false;
        }
    }

    private async Task SaveOrSayWhyNotAsync(AgentTask task, bool withPlan)
    {
        var (tokens, tools) = (task.Tokens, task.UsedTools);
        try
        {
            await task.SaveAsync(withPlan, over).ConfigureAwait(false);
        }
        catch (ModuleException exception) when (exception.StatusCode is 400 or 413 or 422)
        {
            // A result that cannot be stored would be computed again and again.
            task.Status = AgentExecutionStatus.Error;
            task.Result = exception.Message;
            await task.SaveAsync(ct: over).ConfigureAwait(false);
        }

        catch (Exception exception) when (exception is ArgumentException or JsonException or NotSupportedException)
        {
            // Nor can what is no JSON be sent: a duration that is no number, say.
            parts.Log.TaskFailed(taskId, exception.Message);
            await task.FailAsync($"The task cannot be saved as the handler left it: {exception.Message}", over).ConfigureAwait(false);
        }

        // The answer may lack them, and the report needs them.
        (task.Tokens, task.UsedTools) = (task.Tokens ?? tokens, task.UsedTools.Count > 0 ? task.UsedTools : tools);
    }

    private async Task ReportAsync(AgentTask task)
    {
        if (task.Tokens is null)
        {
            return;
        }

        try
        {
            // A report takes the place of the one before, so that it may be made again.
            var call = TaskRequests.Metrics(task, leaseId).ForRepeating(parts.Transport.Configuration).Taken();
            await Retry.RunAsync(ct => parts.Transport.SendAsync(call, ct), parts.Options.SaveRetries, parts.Options.Clock, over).ConfigureAwait(false);
        }
        catch (ModuleException exception)
        {
            parts.Log.MetricsNotSent(taskId, exception.Description);
        }
    }

    private static bool IsEnd(AgentExecutionStatus status) => status.IsTerminal() || status == AgentExecutionStatus.Paused;
}
