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
        if (userId.Length > LongestUser)
            throw new RequestRefusedException(StatusCodes.Status422UnprocessableEntity, FieldError.InQuery(FieldErrorTypes.NotAllowed, $"At most {LongestUser} characters.", "user_id"));

        var ask = new LoginAsk(organization, agentId, userId, server, options.PublicUrl ?? $"{context.Request.Scheme}://{context.Request.Host}")
        {
            MakesPage = !string.Equals(context.Query("generate_login_url"), "false", StringComparison.OrdinalIgnoreCase),
            Refused = context.Query("refused"),
        };
        return Answers.Json(await logins.GetTokenAsync(ask, context.RequestAborted), ProtocolJson.Default.MCPOAuthGetTokenResponse);
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
