using Microsoft.Extensions.Primitives;
using Tasklight.Server.Api;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Access;

/// <summary>
/// Lets a request with a good key through to its endpoint, and says why otherwise. The key's organization is the request's; one in the path
/// must be the same. Endpoints without <see cref="RequiredScope"/> are public.
/// </summary>
sealed class Gate(RequestDelegate next, KeyRing keys, LimitOptions limits, TimeProvider time)
{
    public const string KeyHeader = "x-api-key";

    public Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<RequiredScope>() is not { } required)
            return next(context);
        if (endpoint.Metadata.GetMetadata<AllowSignedLink>() is not null && context.Request.Query.ContainsKey("signature"))
            return next(context);

        var presented = context.Request.Headers[KeyHeader];
        if (StringValues.IsNullOrEmpty(presented))
            return RefuseAsync(context, GateRefusal.NoKey(context));

        var hash = KeyHash.Of(presented.ToString());
        return keys.FindVerified(hash) is { } key ? EnterAsync(context, endpoint, required.Scope, key) : FindAsync(context, endpoint, required.Scope, hash);
    }

    async Task FindAsync(HttpContext context, Endpoint endpoint, Scope scope, KeyHash hash)
    {
        if (await keys.FindAsync(hash, context.RequestAborted) is { } key)
            await EnterAsync(context, endpoint, scope, key);
        else
            await RefuseAsync(context, GateRefusal.UnknownKey(context));
    }

    Task EnterAsync(HttpContext context, Endpoint endpoint, Scope scope, KeyState key)
    {
        var now = time.GetUtcNow();
        if (key.IsExpired(now))
            return RefuseAsync(context, GateRefusal.Expired(context, key.ExpiresAt!.Value));
        if (context.Features.Get<PathOrganization>() is { } path && path.Id != key.Caller.Organization)
            return RefuseAsync(context, GateRefusal.OtherOrganization(path.Id));
        if (!key.Caller.HasAny(scope))
            return RefuseAsync(context, GateRefusal.MissingScope(key.Caller, scope));
        if (limits.Rate > 0 && endpoint.Metadata.GetMetadata<NeverRateLimited>() is null && !key.TrySpend(limits.Rate, now))
            return RefuseAsync(context, GateRefusal.TooManyRequests(limits.Rate));

        key.Use(now);
        context.Features.Set(key.Caller);
        return endpoint.Metadata.GetMetadata<CountedStream>() is null ? next(context) : StreamAsync(context, key);
    }

    async Task StreamAsync(HttpContext context, KeyState key)
    {
        if (!key.TryOpenStream(limits.Streams))
        {
            await RefuseAsync(context, GateRefusal.TooManyStreams(limits.Streams));
            return;
        }

        try
        {
            await using (key.Revoked.Register(static connection => ((HttpContext)connection!).Abort(), context))
                await next(context);
        }
        finally
        {
            key.CloseStream();
        }
    }

    static Task RefuseAsync(HttpContext context, GateRefusal refusal)
    {
        if (refusal.Status == StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "1";
        return Answers.Error(refusal.Status, refusal.Code, refusal.Detail).ExecuteAsync(context);
    }
}
