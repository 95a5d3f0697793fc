using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>
/// Begins turns, for every route that can: reads what was asked, fills in the agent's defaults, takes the secrets out and sends the command
/// (contract: sdk-http §6.3, rest-v1 §2).
/// </summary>
sealed class TaskCreation(AgentDirectory agents, TaskSecrets secrets, TaskService tasks, TaskTree tree, LimitOptions limits, PriceOptions prices)
{
    /// <summary>The SDK's create: the version is a header that nobody checks, empty input is fine.</summary>
    public async ValueTask<TaskOutcome> CreateAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var request = body.Parse(ProtocolJson.Default.CreateTaskRequest);
        request.Source ??= "sdk";
        var agentId = context.Part("agent_id");
        var version = context.Header(TasklightHeaders.AgentVersion);
        var agent = await agents.FindNearestAsync(context.Caller().Organization, agentId, version, context.RequestAborted) ?? throw NoAgent(agentId);
        return await BeginAsync(context, body, request, agent, version);
    }

    /// <summary>REST's invoke: the version must exist, text or files must be there.</summary>
    public async ValueTask<TaskOutcome> InvokeAsync(HttpContext context, string agentId, bool isStreamed)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var request = body.Parse(ProtocolJson.Default.InvokeRequest);
        OutputSchema.Check(request.OutputSchema);
        request.Source ??= "api";
        request.EventsStreaming |= isStreamed;
        var version = context.Query("version");
        var agent = await agents.FindAsync(context.Caller().Organization, agentId, version, context.RequestAborted)
            ?? throw NoAgent(agentId, version);
        return await BeginAsync(context, body, request, agent, version);
    }

    async ValueTask<TaskOutcome> BeginAsync(HttpContext context, RequestBody body, CreateTaskRequest request, AgentFields agent, string? version)
    {
        if (agent.Status != AgentStatus.Active)
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, ErrorCodes.AgentInactive, $"Agent '{agent.Id}' is {agent.Status.ToString().ToUpperInvariant()}; tasks can only be created for an ACTIVE agent.");
        }

        var organization = context.Caller().Organization;
        var now = tasks.Now;
        var fields = FieldsOf(organization, request, agent, version, now);
        await CheckParentAsync(context, fields, isNew: request.Id is null);
        CheckPrice(fields);
        var (masked, sealedSecrets) = HasSecrets(request) ? secrets.Extract(fields) : (fields, null);
        var turn = new NewTurn(masked)
        {
            Pin = NullIfEmpty(request.WorkerId),
            StartBy = StartBy(request, now),
            MaxAttempts = request.MaxAttempts ?? agent.MaxAttempts ?? TaskDefaults.MaxAttempts,
            MaxRunSeconds = request.MaxRunSeconds ?? agent.MaxRunSeconds ?? TaskDefaults.MaxRunSeconds,
            Secrets = sealedSecrets,
            CreateHash = request.Id is null ? null : body.Hash(),
            MayContinue = request.Id is not null,
        };
        return await tasks.ApplyAsync(new TaskCommand.Create(organization, masked.Id, now, turn) { Idempotency = Idempotency.Of(context, body) });
    }

    // Most tasks have none, and sealing nothing costs a copy of the task.
    static bool HasSecrets(CreateTaskRequest request) => request.UserOidcToken is not null || request.UserTokens is not null || request.McpServers.Count > 0;

    static AgentTaskFields FieldsOf(string organization, CreateTaskRequest request, AgentFields agent, string? version, DateTimeOffset now) => new()
    {
        Id = request.Id ?? TaskIds.New(now),
        AgentId = agent.Id,
        OrganizationId = organization,
        AgentVersion = version,
        Input = request.Input,
        Source = request.Source,
        Title = request.Title,
        ParentExecution = NullIfEmpty(request.ParentExecutionId),
        TriggeringAgentId = request.TriggeringAgentId,
        PayloadExtension = request.PayloadExtension,
        AdditionalContext = request.AdditionalContext,
        InstructionsOverride = request.InstructionsOverride,
        ExpectedOutput = request.ExpectedOutput,
        TestRunNodeId = request.TestRunNodeId,
        McpServers = request.McpServers,
        UserOidcToken = request.UserOidcToken,
        UserTokens = request.UserTokens,
        OutputFormat = request.OutputFormat ?? FormOf(agent, request.OutputSchema ?? agent.OutputSchema),
        OutputSchema = request.OutputSchema ?? agent.OutputSchema,
        VoiceId = request.VoiceId ?? agent.VoiceId,
        ThinkMode = request.ThinkMode,
        DisableAttachmentInjection = request.DisableAttachmentInjection,
        EventsStreaming = request.EventsStreaming,
        ReturnMetrics = request.ReturnMetrics,
        RunLocally = request.RunLocally,
        IsOrchestration = agent.Type == AgentType.Orchestration,
        DeepPlanning = DeepPlanning.None with { Enabled = agent.DeepPlanning, Enforce = agent.EnforceDeepPlanning },
        LlmModelProvider = request.LlmModelProvider ?? NullIfEmpty(agent.ModelProvider),
        LlmModelName = request.LlmModelName ?? NullIfEmpty(agent.ModelName),
        LlmReasoningEffort = request.LlmReasoningEffort ?? agent.LlmReasoningEffort,
        Priority = request.Priority,
        NotBefore = request.NotBefore,
        Budget = request.Budget ?? agent.Budget,
    };

    // A schema describes JSON: where nobody asks for another form, it would be ignored.
    static OutputFormat FormOf(AgentFields agent, JsonElement? schema) =>
        schema is not null && agent.OutputFormat is (OutputFormat.Markdown or OutputFormat.Text) ? OutputFormat.Json : agent.OutputFormat;

    // A task that may not start before a time has its patience from then on.
    static DateTimeOffset? StartBy(CreateTaskRequest request, DateTimeOffset now)
    {
        if (request.StartWithin is not { } seconds)
        {
            return null;
        }

        var from = request.NotBefore > now ? request.NotBefore.Value : now;
        return seconds < (DateTimeOffset.MaxValue - from).TotalSeconds ? WireTime.Truncate(from.AddSeconds(seconds)) : null;
    }

    // The next turn of a sub-task is below its parent, whether it says so or not.
    async ValueTask CheckParentAsync(HttpContext context, AgentTaskFields fields, bool isNew)
    {
        var (organization, cancel) = (fields.OrganizationId, context.RequestAborted);
        var task = isNew ? null : await tree.FindAsync(organization, fields.Id, cancel);
        // Of a turn that is open nothing begins.
        if (task?.Status is AgentExecutionStatus.Pending or AgentExecutionStatus.Executing)
        {
            return;
        }

        if ((task?.Fields.ParentExecution ?? fields.ParentExecution) is not { } parent
            || await tree.FindProblemAsync(organization, fields.Id, task, parent, prices.Unpriced(fields), cancel) is not { } problem)
        {
            return;
        }

        throw problem.Reason == RefusalReason.Invalid
            ? new RequestRefusedException(StatusCodes.Status422UnprocessableEntity, FieldError.InBody(FieldErrorTypes.NotAllowed, problem.Detail, "parent_execution_id"))
            : new RequestRefusedException(StatusCodes.Status409Conflict, problem.Code, problem.Detail);
    }

    /// <summary>A limit on cost that nobody could keep is refused, not pretended.</summary>
    void CheckPrice(AgentTaskFields fields)
    {
        if (fields.Budget?.MaxCost is not null && prices.Unpriced(fields) is { } model)
        {
            throw new RequestRefusedException(
                StatusCodes.Status422UnprocessableEntity,
                FieldError.InBody(FieldErrorTypes.NotAllowed, $"The model '{model}' has no price here: set it in the server's setting 'prices', or limit max_tokens.", "budget", "max_cost"));
        }
    }

    static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static RequestRefusedException NoAgent(string agentId, string? version = null) => new(
        StatusCodes.Status404NotFound,
        ErrorCodes.NotFound,
        $"There is no agent '{Answers.Shorten(agentId)}'{(version is null ? "" : $" with a version '{Answers.Shorten(version)}'")} in this organization.");
}
