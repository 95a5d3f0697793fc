using Tasklight.Agents.Compaction;
using Tasklight.Agents.Hosting;
using Tasklight.Agents.Models;
using Tasklight.Agents.Schema;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>
/// Runs tasks of agents whose definition names a model, as a worker's handler: <c>worker.OnTask(runtime.RunAsync)</c>. Whatever has happened is
/// stored step by step; a run that is cut off anywhere goes on behind the last stored step, in this process or in another.
/// </summary>
/// <param name="options">How it works; all defaults when null.</param>
public sealed class AgentRuntime(AgentRuntimeOptions? options = null)
{
    private readonly AgentRuntimeOptions _options = options ?? new();

    /// <summary>Runs, or goes on with, a task. The handler of a worker.</summary>
    /// <returns>The task with what it ended with; paused when a person has to do something first.</returns>
    /// <exception cref="ModelException">The model gives no answer; the message is the task's result.</exception>
    /// <exception cref="ToolSetupException">A tool of the definition can never work here; the message is the task's result.</exception>
    /// <exception cref="ModuleException">The server refuses a call.</exception>
    public Task<AgentTask> RunAsync(TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return RunAsync(context, place: null);
    }

    /// <inheritdoc cref="RunAsync(TaskContext)"/>
    /// <param name="context">The task and its run.</param>
    /// <param name="place">The run's place in its process, which it leaves while it waits for sub-tasks; null = none is kept.</param>
    internal async Task<AgentTask> RunAsync(TaskContext context, RunPlace? place)
    {
        try
        {
            var run = await AgentRun.OpenAsync(context, _options, place).ConfigureAwait(false);
            await using (run.ConfigureAwait(false))
            {
                return await run.RunAsync(context.Cancelled).ConfigureAwait(false);
            }
        }
        catch (ModuleException exception) when (exception.Code == ErrorCodes.BudgetReached)
        {
            // The server has ended or paused the task in the same commit; the record says why.
            return await context.Task.ReloadAsync(context.Cancelled).ConfigureAwait(false);
        }
        catch (LoginRequiredException exception)
        {
            return await Logins.PauseAsync(context, exception.Login).ConfigureAwait(false);
        }
        catch (SchemaException exception)
        {
            (context.Task.Status, context.Task.Result) = (AgentExecutionStatus.Error, $"output_schema is not a JSON Schema: {exception.Message}");
            return context.Task;
        }
    }

    /// <summary>
    /// Summarises the task's session before its plan is taken up again, when it takes a quarter of the model's window or more; for
    /// <see cref="WorkerOptions.CompactBeforeRetry"/>.
    /// </summary>
    /// <returns>What it took; <c>Compacted</c> is false when the session is short.</returns>
    /// <exception cref="ModelException">The model gives no answer.</exception>
    /// <exception cref="ModuleException">The server refuses a call.</exception>
    public async Task<CompactRetryResult> CompactAsync(TaskContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var run = await AgentRun.OpenAsync(context, _options, place: null, withTools: false).ConfigureAwait(false);
        await using (run.ConfigureAwait(false))
        {
            return await run.CompactBeforeRetryAsync(CompactionTriggers.PreRetry, context.Cancelled).ConfigureAwait(false);
        }
    }
}
