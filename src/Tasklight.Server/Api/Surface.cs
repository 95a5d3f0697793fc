namespace Tasklight.Server.Api;

/// <summary>The two surfaces answer some errors differently (contract: README §4.16, sdk-http §4, rest-v1 §1).</summary>
static class Surface
{
    /// <summary>True below <c>/v1</c>, false on the routes of the SDK.</summary>
    public static bool IsRest(HttpContext context) => context.Request.Path.StartsWithSegments("/v1");
}
