namespace Tasklight.Server.Api;

/// <summary>Whether the process lives (<c>/health</c>) and whether it serves (<c>/ready</c>). Both are public.</summary>
static class HealthApi
{
    static readonly byte[] Ok = "\"ok\""u8.ToArray();
    static readonly byte[] Ready = "\"ready\""u8.ToArray();

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", static () => TypedResults.Bytes(Ok, "application/json")).WithTags("Health").Describe("getHealth", "The process lives").Gives<string>();

        // Before that the readiness gate answers 503.
        routes.MapGet("/ready", static () => TypedResults.Bytes(Ready, "application/json")).WithTags("Health").Describe("getReady", "The server is ready").Gives<string>().Fails(503);
    }
}
