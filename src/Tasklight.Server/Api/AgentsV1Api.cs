using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Api;

/// <summary>Agents as REST manages them (contract: rest-v1 §4). Answers show the draft, secrets masked.</summary>
static class AgentsV1Api
{
    const int MostPerPage = 50;
    const int DefaultPerPage = 20;

    public static void MapAgentsV1(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/agents").WithTags("Agents");
        group.MapGet("", ListAsync).RequireScope(Scope.TasksRead)
            .Describe("listAgentsV1", "A page of agents in short, newest first").Gives<Page<AgentSummary>>().TakesNumberedPages();
        group.MapGet("/full", ListFullAsync).RequireScope(Scope.TasksRead)
            .Describe("listFullAgentsV1", "A page of agents, newest first").Gives<Page<AgentFields>>().TakesNumberedPages();
        group.MapPost("", CreateAsync).RequireScope(Scope.AgentsWrite).WithIdempotency()
            .Describe("createAgentV1", "Make an agent; a name is enough for an active, deployed one").Takes<CreateAgentRequest>().Gives<AgentFields>(201).Fails(422);
        group.MapGet("/{agent_id}", GetAsync).RequireScope(Scope.TasksRead)
            .Describe("getAgentV1", "An agent as edited").Gives<AgentFields>().Fails(404).TakesQuery<string>("version", "A deployed version's number; absent is the draft.");
        group.MapPatch("/{agent_id}", EditAsync).RequireScope(Scope.AgentsWrite).WithIdempotency()
            .Describe("updateAgentV1", "Change the draft; nothing runs with it before it is deployed").Takes<UpdateAgentRequest>().Gives<AgentFields>().Fails(404, 422);
        group.MapPut("/{agent_id}", DeployAsync).RequireScope(Scope.AgentsWrite).WithIdempotency()
            .Describe("deployAgentV1", "Make the draft the version that new tasks run with").Gives<AgentFields>().Fails(404);
        group.MapDelete("/{agent_id}", DeleteAsync).RequireScope(Scope.AgentsWrite).WithIdempotency()
            .Describe("deleteAgentV1", "Delete an agent; its tasks stay").Gives<object>(202).Fails(404);
    }

    static RouteHandlerBuilder TakesNumberedPages(this RouteHandlerBuilder route) => route
        .TakesQuery<int>("page", "From 1; default 1.").TakesQuery<int>("per_page", $"1 to {MostPerPage}; default {DefaultPerPage}.");

    static async Task<IResult> ListAsync(HttpContext context, AgentDirectory agents)
    {
        var (items, page) = await PageAsync(context, agents);
        return Answers.Json(page.With([.. items.Select(Summary)]), ProtocolJson.Default.PageAgentSummary);
    }

    static async Task<IResult> ListFullAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets)
    {
        var (items, page) = await PageAsync(context, agents);
        return Answers.Json(page.With([.. items.Select(agent => secrets.Show(agent, inClear: false))]), ProtocolJson.Default.PageAgentFields);
    }

    static async Task<IResult> CreateAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var caller = context.Caller();
        var request = body.Parse(ProtocolJson.Default.CreateAgentRequest);
        OutputSchema.Check(request.OutputSchema.Value);
        var agent = await agents.CreateAsync(caller.Organization, request, caller.KeyName);
        return Answers.Json(secrets.Show(agent, inClear: false), ProtocolJson.Default.AgentFields, StatusCodes.Status201Created);
    }

    static async Task<IResult> GetAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets)
    {
        var id = context.Part("agent_id");
        return Shown(id, await agents.FindAsync(context.Caller().Organization, id, context.Query("version") ?? AgentDirectory.DraftVersion, context.RequestAborted), secrets);
    }

    static async Task<IResult> EditAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        var id = context.Part("agent_id");
        var request = body.Parse(ProtocolJson.Default.UpdateAgentRequest);
        OutputSchema.Check(request.OutputSchema.Value);
        return Shown(id, await agents.EditAsync(context.Caller().Organization, id, request), secrets);
    }

    static async Task<IResult> DeployAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets)
    {
        var id = context.Part("agent_id");
        return Shown(id, await agents.DeployAsync(context.Caller().Organization, id), secrets);
    }

    static async Task<IResult> DeleteAsync(HttpContext context, AgentDirectory agents)
    {
        var id = context.Part("agent_id");
        return await agents.RemoveAsync(context.Caller().Organization, id) ? Answers.Json("""{"ok":true}"""u8.ToArray(), StatusCodes.Status202Accepted) : Answers.NoAgent(id);
    }

    static IResult Shown(string id, AgentFields? agent, AgentSecrets secrets) =>
        agent is null ? Answers.NoAgent(id) : Answers.Json(secrets.Show(agent, inClear: false), ProtocolJson.Default.AgentFields);

    static async ValueTask<(IReadOnlyList<AgentFields> Items, PagePlace Place)> PageAsync(HttpContext context, AgentDirectory agents)
    {
        var perPage = context.QueryNumber("per_page", 1, MostPerPage) ?? DefaultPerPage;
        var number = context.QueryNumber("page", 1, int.MaxValue / MostPerPage) ?? 1;
        var (items, total) = await agents.ListAsync(context.Caller().Organization, (number - 1) * perPage, perPage, context.RequestAborted);
        return (items, new(number, perPage, total));
    }

    static AgentSummary Summary(AgentFields agent) => new()
    {
        Id = agent.Id,
        Name = agent.Name,
        Description = agent.Description,
        Icon = agent.Icon,
        Status = agent.Status,
        OrganizationId = agent.OrganizationId,
        DeploymentType = agent.DeploymentType,
        CreatedAt = agent.CreatedAt!.Value,
        Instructions = agent.Instructions,
        ModelProvider = agent.ModelProvider,
        LlmApiBase = agent.LlmApiBase,
        ModelName = agent.ModelName,
        Framework = agent.Framework,
        Version = agent.Version,
        HasPendingChanges = agent.HasPendingChanges,
    };

    readonly record struct PagePlace(int Number, int PerPage, int Total)
    {
        public Page<T> With<T>(IReadOnlyList<T> items) =>
            new() { Items = items, Total = Total, Number = Number, PerPage = PerPage, TotalPages = (Total + PerPage - 1) / PerPage };
    }
}
