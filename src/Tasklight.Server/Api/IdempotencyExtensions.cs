namespace Tasklight.Server.Api;

static class IdempotencyExtensions
{
    /// <summary>The route honours <c>Idempotency-Key</c>. Only for routes that change no task, with bodies that may be held in memory.</summary>
    public static RouteHandlerBuilder WithIdempotency(this RouteHandlerBuilder route) =>
        route.AddEndpointFilter(static (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<IdempotencyFilter>().InvokeAsync(context, next));
}
