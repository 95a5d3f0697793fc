using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Api;

/// <summary>Agents as the SDK asks for them (contract: sdk-http §6.10, §6.11, §7). Secrets are in clear for keys with scope worker.</summary>
static class AgentsApi
{
    const int MostInList = 1000;

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/agents").WithTags("SDK: agents");
        group.MapGet("/list", ListAsync).RequireScope(Scope.TasksRead | Scope.Worker)
            .Describe("listAgents", "All agents, newest first, at most 1,000").Gives<IReadOnlyList<AgentsListItem>>();
        group.MapGet("/{agent_id}", GetAsync).RequireScope(Scope.TasksRead | Scope.Worker)
            .Describe("getAgent", "An agent as its tasks run with it").Gives<AgentFields>().Fails(404)
            .TakesHeader(TasklightHeaders.AgentVersion, "A deployed version's number, or draft; absent is the latest deployed one.");
        group.MapPatch("/{agent_id}/sync_local_tools", SyncToolsAsync).RequireScope(Scope.Worker).WithIdempotency()
            .Describe("syncLocalTools", "Make a worker's own tools known to the agent").Takes<IReadOnlyList<AgentTool>>().Gives<SyncedTools>().Fails(404, 422);
    }

    static async Task<IResult> ListAsync(HttpContext context, AgentDirectory agents)
    {
        var (items, total) = await agents.ListAsync(context.Caller().Organization, 0, MostInList, context.RequestAborted);
        if (total > items.Count)
            context.Response.Headers[TasklightHeaders.Truncated] = "true";
        return Answers.Json([.. items.Select(Item)], ProtocolJson.Default.IReadOnlyListAgentsListItem);
    }

    static async Task<IResult> GetAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets)
    {
        var id = context.Part("agent_id");
        var version = context.Header(TasklightHeaders.AgentVersion);
        if (await agents.FindAsync(context.Caller().Organization, id, version, context.RequestAborted) is not { } agent)
            return version is null ? Answers.NoAgent(id) : NoVersion(id, version);

        var shown = secrets.Show(agent, inClear: context.Caller().Has(Scope.Worker));
        // The word breaks the baseline client.
        shown.LlmReasoningEffort = shown.LlmReasoningEffort == "xhigh" ? "high" : shown.LlmReasoningEffort;
        if (shown.DeepPlanning)
            shown.Tools = [.. shown.Tools, .. PlanTools.All.Where(tool => shown.Tools.All(own => own.Id != tool.Id))];
        return Answers.Json(shown, ProtocolJson.Default.AgentFields);
    }

    // With each new tool there is a new version of the whole agent.
    const int MostTools = 1_000;

    static async Task<IResult> SyncToolsAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var tools = body.Parse(ProtocolJson.Default.IReadOnlyListAgentTool);
        var id = context.Part("agent_id");
        var organization = context.Caller().Organization;
        if (await agents.FindDraftAsync(organization, id, context.RequestAborted) is { } known && known.Tools.Select(static tool => tool.Id).Union(tools.Select(static tool => tool.Id)).Count() > MostTools)
        {
            throw new RequestRefusedException(StatusCodes.Status422UnprocessableEntity, FieldError.InBody(FieldErrorTypes.NotAllowed, $"An agent has at most {MostTools} tools; it has {known.Tools.Count}."));
        }

        return await agents.AddToolsAsync(organization, id, tools) is { } agent
            ? Answers.Json(new() { Graph = secrets.Show(agent, inClear: true).Graph }, ProtocolJson.Default.SyncedTools)
            : Answers.NoAgent(id);
    }

    static IResult NoVersion(string id, string version) => Answers.Error(
        StatusCodes.Status404NotFound, ErrorCodes.NotFound, $"Agent '{Answers.Shorten(id)}' has no version '{Answers.Shorten(version)}' in this organization.");

    static AgentsListItem Item(AgentFields agent) => new()
    {
        Id = agent.Id,
        Name = agent.Name,
        Icon = agent.Icon,
        Instructions = agent.Instructions,
        Status = agent.Status,
        OrganizationId = agent.OrganizationId,
        CreatedAt = agent.CreatedAt!.Value,
        Description = agent.Description,
        AccessScope = agent.AccessScope,
        CreatedBy = agent.CreatedBy,
        Type = agent.Type,
    };
}
