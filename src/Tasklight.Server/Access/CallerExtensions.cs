namespace Tasklight.Server.Access;

static class CallerExtensions
{
    /// <summary>The caller of an endpoint that requires a scope.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint requires no scope, so it has no caller: add RequireScope to its route.");

    /// <summary>The endpoint needs a key with this scope, or with one of these; without this call a route is public.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, Scope scope)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiredScope(scope));

    /// <summary>The endpoint's answer stays open: it counts against the key's streams and ends when the key is deleted.</summary>
    public static TBuilder CountAsStream<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new CountedStream());

    /// <summary>What comes here is never refused for coming too fast.</summary>
    public static TBuilder NeverRateLimit<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new NeverRateLimited());
}
