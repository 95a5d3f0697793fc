using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;
using Tasklight.Server.Logins;

namespace Tasklight.Server.Api;

/// <summary>Logins of end users to MCP servers (contract: sdk-http §7, events §4; docs/tools.md).</summary>
static class LoginsApi
{
    const int LongestUser = 512;
    const int LargestServer = 1024 * 1024;

    public static void MapLogins(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Logins");
        group.MapPost("/mcp_auth/{agent_id}/{user_id}/get_token", GetTokenAsync).RequireScope(Scope.Worker)
            .Describe("getMcpToken", "An end user's token for an MCP server, or the page where they log in").Takes<MCPServerDetails>().Gives<MCPOAuthGetTokenResponse>().Fails(400, 404, 422)
            .TakesQuery<bool>("generate_login_url", "Make a page to log in when there is no token; default true. Those who wait for the login ask with false.")
            .TakesQuery<string>("refused", "SHA-256, in hex, of a token that the server answered with 401: if it is still the one that is held, it is refreshed or forgotten.");
        group.MapDelete("/v1/agents/{agent_id}/logins/{user_id}", EndAsync).RequireScope(Scope.TasksWrite | Scope.AgentsWrite)
            .Describe("endLogins", "Log an end user out of the agent's MCP servers: forget the tokens, and have the authorization servers take them back").Gives<IReadOnlyList<EndedLogin>>().Fails(404, 422)
            .TakesQuery<string>("server", "Only this one, by its name or address; an address may be that of a server that tasks brought along.");
        group.MapGet(LoginAsk.CallbackPath, ReturnAsync)
            .Describe("finishLogin", "Where authorization servers send people back to: a page that says what became of their login").GivesPage().Fails(400)
            .TakesQuery<string>("state", "The login's own, used once.")
            .TakesQuery<string>("code", "What the tokens are to be had for.")
            .TakesQuery<string>("error", "Why there is no code.")
            .TakesQuery<string>("iss", "The authorization server (RFC 9207).");
    }

    static async Task<IResult> GetTokenAsync(HttpContext context, AgentDirectory agents, LoginService logins, TasklightOptions options)
    {
        var (organization, agentId, userId) = (context.Caller().Organization, context.Part("agent_id"), context.Part("user_id"));
        using var body = await RequestBody.ReadAsync(context, LargestServer);
        var server = body.Parse(ProtocolJson.Default.MCPServerDetails);
        if (await agents.FindAsync(organization, agentId, version: null, context.RequestAborted) is null)
            return Answers.NoAgent(agentId);
        CheckUser(userId);

        var ask = new LoginAsk(organization, agentId, userId, server, options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}")
        {
            MakesPage = !string.Equals(context.Query("generate_login_url"), "false", StringComparison.OrdinalIgnoreCase),
            Refused = context.Query("refused"),
        };
        return Answers.Json(await logins.GetTokenAsync(ask, context.RequestAborted), ProtocolJson.Default.MCPOAuthGetTokenResponse);
    }

    static async Task<IResult> EndAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets, LoginService logins)
    {
        var (organization, agentId, userId) = (context.Caller().Organization, context.Part("agent_id"), context.Part("user_id"));
        if (await agents.FindAsync(organization, agentId, version: null, context.RequestAborted) is not { } agent)
            return Answers.NoAgent(agentId);
        CheckUser(userId);
        IReadOnlyList<MCPServerDetails> servers = [.. secrets.Show(agent, inClear: true).Graph.Select(static node => node.Settings?.McpSettings).OfType<MCPServerDetails>()];
        if (context.Query("server") is { } wanted)
        {
            servers = Chosen(servers, wanted);
            if (servers.Count == 0)
                return Answers.Error(StatusCodes.Status404NotFound, ErrorCodes.NotFound, $"Agent '{Answers.Shorten(agentId)}' has no MCP server '{Answers.Shorten(wanted)}'.");
        }

        var ended = new List<EndedLogin>();
        foreach (var ask in servers.Select(server => LoginAsk.Of(organization, agentId, userId, server)))
        {
            if (ask.Address is { } address && await logins.EndAsync(ask.KeyFor(address), ask.NameOf(address), context.RequestAborted) is { } login)
                ended.Add(login);
        }

        return Answers.Json(ended, ProtocolJson.Default.IReadOnlyListEndedLogin);
    }

    // A server that tasks bring is in no definition, and whether its logins are shared only they say.
    static IReadOnlyList<MCPServerDetails> Chosen(IReadOnlyList<MCPServerDetails> servers, string wanted)
    {
        var isAddress = Uri.TryCreate(wanted, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";
        List<MCPServerDetails> found = [.. servers.Where(server => server.Name == wanted || (isAddress && Uri.TryCreate(server.Url, UriKind.Absolute, out var own) && LoginDiscovery.Canonical(own) == LoginDiscovery.Canonical(address!)))];
        return found.Count > 0 || !isAddress ? found : [new() { Url = wanted }, new() { Url = wanted, ShareUserTokenAcrossOtherAgents = false }];
    }

    static void CheckUser(string userId)
    {
        if (userId.Length > LongestUser)
            throw new RequestRefusedException(StatusCodes.Status422UnprocessableEntity, FieldError.InQuery(FieldErrorTypes.NotAllowed, $"At most {LongestUser} characters.", "user_id"));
    }

    static async Task<IResult> ReturnAsync(HttpContext context, LoginReturn logins)
    {
        var outcome = await logins.FinishAsync(context.Query("state"), context.Query("code"), context.Query("error"), context.Query("iss"));
        context.Response.Headers.CacheControl = "no-store";
        var status = outcome.IsDone ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return outcome.IsDone || TakesPages(context)
            ? Results.Content(LoginPage.Of(outcome), LoginPage.Type, statusCode: status)
            : Answers.Error(status, ErrorCodes.LoginFailed, outcome.Text);
    }

    static bool TakesPages(HttpContext context) => context.Header("Accept")?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
