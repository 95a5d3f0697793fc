using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>
/// Makes the open calls of an answer, several at a time, each with its time limit; stores each outcome as soon as it is there. Whatever a tool does,
/// the model gets something to read.
/// </summary>
internal sealed class ToolRunner(CallJudge judge, TaskContext context, SessionWriter writer, RunLimits limits, TimeProvider clock)
{
    private readonly ToolTelling _telling = new(context);

    /// <summary>Makes every call that can be made now.</summary>
    /// <returns>What the others wait for; null when no call is open any more.</returns>
    /// <exception cref="ModuleException">A step could not be stored.</exception>
    public async Task<Pause?> RunAsync(CancellationToken ct)
    {
        var open = writer.Session.OpenCalls.Select(call => (Call: call, Decision: judge.Decide(call))).ToList();
        using var slots = new SemaphoreSlim(limits.ParallelTools);
        using var batch = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = open.Where(call => call.Decision is not CallDecision.Ask && !IsPlanning(call.Decision)).Select(call => RunInSlotAsync(call.Call, call.Decision, slots, batch))
            .Append(InOrderAsync(open.Where(call => IsPlanning(call.Decision)), slots, batch)).ToList();
        var pauses = await Task.WhenAll(running).ConfigureAwait(false);
        return pauses.FirstOrDefault(pause => pause is not null)
            ?? open.Where(call => call.Decision is CallDecision.Ask).Select(call => PauseOf(call.Call.Call, (CallDecision.Ask)call.Decision)).FirstOrDefault();
    }

    private static bool IsPlanning(CallDecision decision) => decision is CallDecision.Make { Tool: PlanTool };

    // A plan that is set and started by one answer must be there when it is started.
    private async Task<Pause?> InOrderAsync(IEnumerable<(CallState Call, CallDecision Decision)> calls, SemaphoreSlim slots, CancellationTokenSource batch)
    {
        foreach (var (call, decision) in calls)
        {
            if (await RunInSlotAsync(call, decision, slots, batch).ConfigureAwait(false) is { } pause)
            {
                return pause;
            }
        }

        return null;
    }

    private static Pause PauseOf(ToolCall call, CallDecision.Ask ask) => new Pause.Approval(call, ask);

    private async Task<Pause?> RunInSlotAsync(CallState call, CallDecision decision, SemaphoreSlim slots, CancellationTokenSource batch)
    {
        await slots.WaitAsync(batch.Token).ConfigureAwait(false);
        try
        {
            return await RunAsync(call, decision, batch.Token).ConfigureAwait(false);
        }
        catch
        {
            // A step that cannot be stored ends the run; the other calls need not be finished for nobody.
            await batch.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<Pause?> RunAsync(CallState state, CallDecision decision, CancellationToken ct)
    {
        var call = state.Call;
        if (decision is not CallDecision.Make make)
        {
            var refusal = ToolOutcome.Error(((CallDecision.Answer)decision).Error);
            await _telling.RefusedAsync(judge.ToolOf(call), call, refusal).ConfigureAwait(false);
            await StoreAsync(call, refusal, isMade: false, ct).ConfigureAwait(false);
            return null;
        }

        if (make.IsApproved)
        {
            await writer.AddAsync(SessionStepKinds.ToolStarted, new ToolStartedStep { CallId = call.Id }, SessionJson.Default.ToolStartedStep, ct: ct).ConfigureAwait(false);
        }

        var outcome = await TellAndInvokeAsync(make, call, ct).ConfigureAwait(false);
        if (outcome is LoginRequired login)
        {
            await NotMadeAsync(make, call, ct).ConfigureAwait(false);
            return new Pause.Login(login.Login);
        }

        await StoreAsync(call, outcome, isMade: true, ct).ConfigureAwait(false);
        return null;
    }

    private async Task<ToolOutcome> TellAndInvokeAsync(CallDecision.Make make, ToolCall call, CancellationToken ct)
    {
        if (make.Tool.Events != ToolEvents.Call)
        {
            await _telling.BeginsAsync(make.Tool, call.Id, make.Arguments).ConfigureAwait(false);
            return await InvokeAsync(make, call, ct).ConfigureAwait(false);
        }

        var hooked = new ToolHookContext { Task = context.Task, Tool = make.Tool.Name, ToolCallId = call.Id, Payload = make.Arguments };
        await _telling.BeginsAsync(make.Tool, call.Id, make.Arguments).ConfigureAwait(false);
        await context.RunToolHooksAsync(hooked).ConfigureAwait(false);
        var outcome = await InvokeAsync(make, call, ct).ConfigureAwait(false);
        await _telling.EndedAsync(make.Tool, call.Id, make.Arguments, outcome).ConfigureAwait(false);
        await context.RunToolHooksAsync(outcome.IsError
            ? hooked with { Error = new InvalidOperationException(ToolResultText.Whole(outcome.Result)) }
            : hooked with { Result = outcome.Result }).ConfigureAwait(false);
        return outcome;
    }

    private async Task<ToolOutcome> InvokeAsync(CallDecision.Make make, ToolCall call, CancellationToken ct)
    {
        var tool = make.Tool;
        var limit = tool.Timeout ?? limits.ToolTime;
        using var activity = AgentTelemetry.StartTool(tool, context.Task);
        using var time = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
        try
        {
            // A tool that does not listen to its token is left behind.
            var running = Task.Run(() => tool.InvokeAsync(new ToolInvocation(call.Id, make.Arguments, context.Task), either.Token).AsTask(), either.Token);
            var outcome = await running.WaitAsync(either.Token).ConfigureAwait(false);
            return JsonDepth.Fits(outcome.Result) ? outcome : outcome with { Result = JsonSerializer.SerializeToElement(outcome.Result.GetRawText(), ProtocolJson.Default.String) };
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            activity?.SetStatus(ActivityStatusCode.Error, "time limit");
            return ToolOutcome.Error(string.Create(
                CultureInfo.InvariantCulture, $"'{tool.Name}' gave no answer within {limit.TotalSeconds:0.#} s and was cancelled. It may have taken effect all the same."));
        }
        catch (LeaseLostException)
        {
            throw;
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            // Whatever a cancelled tool says, the run's end has another reason.
            throw new OperationCanceledException(ct);
        }
#pragma warning disable CA1031 // Whatever a tool raises is the call's outcome, for the model to read.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            return ToolOutcome.Error($"'{tool.Name}' failed: {exception.GetBaseException().Message}");
        }
    }

    // It was started, but the action was not done: it may be made when the login is there.
    private Task NotMadeAsync(CallDecision.Make make, ToolCall call, CancellationToken ct) => make.IsApproved
        ? writer.AddAsync(SessionStepKinds.Note, new NoteStep { Reason = NoteStep.NotMade, CallId = call.Id }, SessionJson.Default.NoteStep, ct: ct)
        : Task.CompletedTask;

    private Task StoreAsync(ToolCall call, ToolOutcome outcome, bool isMade, CancellationToken ct)
    {
        var result = SessionWriter.Draft(SessionStepKinds.ToolResult, ResultOf(call, outcome) with { IsRefused = !isMade }, SessionJson.Default.ToolResultStep);
        IReadOnlyList<Step> steps = outcome is Question question ? [result, NoteOf(question, call)] : [result];
        return writer.AddAsync(steps, ct: ct);
    }

    private Step NoteOf(Question question, ToolCall call) => SessionWriter.Draft(
        SessionStepKinds.Note,
        new NoteStep { Reason = NoteStep.Question, Text = question.Words, CallId = call.Id, Plan = context.Task.DeepPlanning },
        SessionJson.Default.NoteStep);

    private ToolResultStep ResultOf(ToolCall call, ToolOutcome outcome)
    {
        var text = ToolResultText.Whole(outcome.Result);
        var parkedFrom = Math.Min(ToolResultText.LongestShown, Math.Max(ToolResultText.Beginning, limits.ContextWindow / 4));
        return new ToolResultStep
        {
            CallId = call.Id,
            Result = text.Length > ToolResultText.LongestStored ? Cut(text) : outcome.Result,
            IsError = outcome.IsError,
            Parked = text.Length > parkedFrom,
        };
    }

    private static JsonElement Cut(string text) => JsonSerializer.SerializeToElement(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ToolResultText.Cut(text, ToolResultText.LongestStored)}\n[Cut here: the output has {text.Length} characters, only the first {ToolResultText.LongestStored} were kept.]"),
        ProtocolJson.Default.String);
}
