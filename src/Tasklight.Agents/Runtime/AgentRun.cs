using Microsoft.Extensions.AI;
using Tasklight.Agents.Compaction;
using Tasklight.Agents.Hosting;
using Tasklight.Agents.Models;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>One run of one task: asks the judge what comes next, does it, stores it, until the task ends or pauses.</summary>
internal sealed class AgentRun : IAsyncDisposable
{
    private readonly TaskContext _context;
    private readonly AgentContext _agent;
    private readonly ModelChoice _choice;
    private readonly SessionWriter _writer;
    private readonly ToolSet _tools;
    private readonly MoveJudge _judge;
    private readonly ToolRunner _runner;
    private readonly ModelTurn _model;
    private readonly Compactor _compactor;
    private readonly ContextTelling _telling;
    private readonly FileContents _files;
    private readonly RunLimits _limits;
    private readonly string _system;
    private readonly long _overhead;
    private readonly Tokens? _spentBefore;
    private readonly Concessions _concessions;

    private AgentRun(TaskContext context, AgentContext agent, ModelChoice choice, IChatClient client, SessionWriter writer, ToolSet tools, ApprovalRules rules, AgentRuntimeOptions options)
    {
        (_context, _agent, _choice, _writer, _tools) = (context, agent, choice, writer, tools);
        _limits = LlmSettings.Of(agent.Agent.LlmSettings).Limits(ModelProviders.Describe(choice).ContextWindow);
        _system = SystemPrompt.Of(agent, context.Task);
        _overhead = ContextGauge.TokensOf(_system) + tools.Tokens;
        _files = new FileContents(context.Task);
        _concessions = new Concessions(_files, agent.OutputFormat == OutputFormat.Json);
        _judge = new MoveJudge(_limits, new OutputJudge(agent.OutputFormat, agent.OutputSchema), _overhead);
        _runner = new ToolRunner(new CallJudge(tools, rules), context, writer, _limits, options.Clock);
        _model = new ModelTurn(client, choice.Id, context, options.Clock);
        _compactor = new Compactor(client, choice.Id, _limits, context, writer);
        _telling = new ContextTelling(context, _limits);
        _spentBefore = context.Task.Tokens;
    }

    private AgentTask Task => _context.Task;

    private AgentSession Session => _writer.Session;

    /// <summary>Gathers what the run needs: the agent, the model, the stored session, the tools.</summary>
    /// <param name="context">The task and its run.</param>
    /// <param name="options">How the runtime works.</param>
    /// <param name="place">The run's place in its process; null = none is kept.</param>
    /// <param name="withTools">Whether tools of others are opened: a summary calls none.</param>
    /// <exception cref="ModelException">No model is configured; the message names the setting.</exception>
    public static async Task<AgentRun> OpenAsync(TaskContext context, AgentRuntimeOptions options, RunPlace? place, bool withTools = true)
    {
        var (task, ct) = (context.Task, context.Cancelled);
        var agent = await new Backend(task.Configuration, options.Http).GetAgentContextAsync(task, ct).ConfigureAwait(false);
        var choice = ModelChoices.Of(agent, task);
        var client = ModelChoices.Open(choice, agent, options.OpenModel);
        var rules = await ApprovalRules.OfAsync(agent, task, options.Http, ct).ConfigureAwait(false);
        var writer = await SessionWriter.OpenAsync(task, ct).ConfigureAwait(false);
        var sources = withTools ? ToolSources.Of(agent, task, options, place) : [];
        var tools = await ToolSet.OpenAsync(BuiltInTools(task, writer), sources, agent, task, ct).ConfigureAwait(false);
        return new AgentRun(context, agent, choice, client, writer, tools, rules, options);
    }

    /// <summary>Runs the task to its end or to a pause.</summary>
    /// <returns>The task, with status and result.</returns>
    public async Task<AgentTask> RunAsync(CancellationToken ct)
    {
        await BeginTurnAsync(ct).ConfigureAwait(false);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var move = _judge.Decide(Session);
            await _telling.TellAsync(ContextGauge.Estimate(Session, _overhead), isCompacting: move is NextMove.Compact).ConfigureAwait(false);
            switch (move)
            {
                case NextMove.RunTools:
                    if (await _runner.RunAsync(ct).ConfigureAwait(false) is { } pause)
                    {
                        return await PauseAsync(pause, ct).ConfigureAwait(false);
                    }

                    break;
                case NextMove.AskModel:
                    await AskModelAsync(ct).ConfigureAwait(false);
                    break;
                case NextMove.Compact(var trigger, var focus):
                    await _compactor.RunAsync(trigger, focus, _overhead, ct).ConfigureAwait(false);
                    break;
                case NextMove.SendBack(var reason, var text):
                    await _writer.AddAsync(SessionStepKinds.Note, new NoteStep { Reason = reason, Text = text }, SessionJson.Default.NoteStep, ct: ct).ConfigureAwait(false);
                    break;
                case NextMove.AwaitAnswer(var question):
                    return Ended(AgentExecutionStatus.Paused, question, withQuestion: true);
                case NextMove.Finish(var result):
                    return Ended(AgentExecutionStatus.Completed, result);
                case NextMove.Fail(var why):
                    return Ended(AgentExecutionStatus.Failed, why);
                case var unknown:
                    throw new NotSupportedException($"There is no way to do {unknown.GetType().Name}.");
            }
        }
    }

    /// <summary>See <see cref="AgentRuntime.CompactAsync"/>.</summary>
    public async Task<CompactRetryResult> CompactBeforeRetryAsync(string trigger, CancellationToken ct)
    {
        if (!MoveJudge.CanCompact(Session) || ContextGauge.Estimate(Session, _overhead) < _limits.ContextWindow * RunLimits.CompactBeforeRetryFrom)
        {
            return new CompactRetryResult();
        }

        var tokens = await _compactor.RunAsync(trigger, focus: null, _overhead, ct).ConfigureAwait(false);
        return new CompactRetryResult
        {
            Compacted = true,
            InputTokens = tokens.PromptTokens,
            OutputTokens = tokens.CompletionTokens,
            TotalTokens = tokens.PromptTokens + tokens.CompletionTokens,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _tools.DisposeAsync().ConfigureAwait(false);
        _writer.Dispose();
    }

    private static IEnumerable<RuntimeTool> BuiltInTools(AgentTask task, SessionWriter writer) =>
    [
        .. task.DeepPlanning.Enabled ? PlanTools.All : [],
        .. task.ThinkMode == ThinkMode.Harder ? ReasoningTools.All : [],
        new ReadOutputTool(writer.FindResultAsync),
        new CompactTool(),
    ];

    // A turn that was begun before goes on where it was left.
    private async Task BeginTurnAsync(CancellationToken ct)
    {
        var turn = Task.StartedAt is { } started ? WireTime.Format(started) : "";
        if (Session.Progress.Turn == turn && Session.Progress.Retry == _context.RetryCount)
        {
            return;
        }

        if (Session.Question is { Plan: { Tasks.Count: > 0 } plan } && Task.DeepPlanning is { Tasks.Count: 0 })
        {
            Task.DeepPlanning = plan with { QuestionRaised = false };
            await Task.SaveAsync(withDeepPlanUpdate: true, ct).ConfigureAwait(false);
        }

        if (_context.RetryCount > 0)
        {
            await _compactor.TellRetryAsync().ConfigureAwait(false);
        }

        var step = new TurnStep
        {
            Turn = turn,
            Retry = _context.RetryCount,
            Text = await Task.ToMessageAsync(_context.RetryCount, ct).ConfigureAwait(false),
            Files = _context.RetryCount == 0 ? [.. Task.GetFiles(), .. Task.GetImages()] : [],
        };
        await _writer.AddAsync(SessionStepKinds.Turn, step, SessionJson.Default.TurnStep, ct: ct).ConfigureAwait(false);
    }

    private async Task AskModelAsync(CancellationToken ct)
    {
        using var activity = AgentTelemetry.StartModel(_choice.Id, Task);
        await _tools.RefreshAsync(ct).ConfigureAwait(false);
        await _files.LoadAsync(Session, ct).ConfigureAwait(false);
        ModelStep answer;
        try
        {
            answer = Marked(await AskAsync(ct).ConfigureAwait(false));
        }
        catch (ModelException exception) when (exception.Failure == ModelFailure.ContextTooLong && MoveJudge.CanCompact(Session))
        {
            await _compactor.RunAsync(CompactionTriggers.Emergency, focus: null, _overhead, ct).ConfigureAwait(false);
            return;
        }

        var usage = new SessionUsage
        {
            Model = _choice.Id,
            PromptTokens = answer.PromptTokens,
            CompletionTokens = answer.CompletionTokens,
            CachedTokens = answer.CachedTokens,
            // Counted with the wish: a budget that is reached stops the calls before they are made.
            ToolCalls = answer.Calls.Count(call => _tools.Find(call.Name) is { Events: ToolEvents.Call }),
        };
        await _writer.AddAsync(SessionStepKinds.Model, answer, SessionJson.Default.ModelStep, usage, ct).ConfigureAwait(false);
    }

    private async Task<ModelStep> AskAsync(CancellationToken ct)
    {
        while (true)
        {
            ChatMessage[] messages = [new(ChatRole.System, _system), .. SessionMessages.Of(Session, _concessions.HidesThoughts ? null : _choice.Id, _files.Of)];
            try
            {
                return await _model.AskAsync(messages, Options(), Session, ct).ConfigureAwait(false);
            }
            catch (ModelException exception) when (_concessions.Make(exception))
            {
                // Asked again without.
            }
        }
    }

    // A call is of the tool that the model saw, whatever has its name when it is made.
    private ModelStep Marked(ModelStep answer) => answer with { Calls = [.. answer.Calls.Select(call => call with { Origin = _tools.Find(call.Name)?.Origin })] };

    private ChatOptions Options() => new()
    {
        Tools = _tools.Declarations,
        ResponseFormat = (_agent.OutputFormat, _agent.OutputSchema) switch
        {
            _ when !_concessions.ShowsForm => null,
            (OutputFormat.Json, { } schema) => ChatResponseFormat.ForJsonSchema(schema, "answer"),
            (OutputFormat.Json, null) => ChatResponseFormat.Json,
            _ => null,
        },
    };

    private async Task<AgentTask> PauseAsync(Pause pause, CancellationToken ct)
    {
        switch (pause)
        {
            case Pause.Approval approval:
                return await Approvals.RequestAsync(Task, approval, ct).ConfigureAwait(false);
            case Pause.Login(var login):
                await Logins.PauseAsync(_context, login).ConfigureAwait(false);
                return Ended(AgentExecutionStatus.Paused, Task.Result);
            default:
                throw new NotSupportedException($"There is no way to pause for {pause.GetType().Name}.");
        }
    }

    private AgentTask Ended(AgentExecutionStatus status, string? result, bool withQuestion = false)
    {
        var progress = Session.Progress;
        (Task.Status, Task.Result) = (status, result);
        Task.UsedTools = [.. progress.UsedTools.Where(name => _tools.Find(name) is { Events: ToolEvents.Call })];
        if (withQuestion)
        {
            Task.DeepPlanning = Task.DeepPlanning with { QuestionRaised = true };
        }

        // A question ends the turn as an answer does.
        if (status.IsTerminal() || withQuestion)
        {
            // Somebody may have set it to pending himself.
            Task.PendingEcaRequest = null;
            Task.Tokens = new Tokens
            {
                PromptTokens = Sum(_spentBefore?.PromptTokens, progress.PromptTokens),
                CompletionTokens = Sum(_spentBefore?.CompletionTokens, progress.CompletionTokens),
            };
        }

        if (status == AgentExecutionStatus.Completed && _agent.OutputFormat == OutputFormat.Voice)
        {
            Task.InternalStatus ??= VoiceOutput.Missing;
        }

        return Task;
    }

    private static int Sum(int? before, long now) => (int)Math.Min(int.MaxValue, (before ?? 0) + now);
}
