using Tasklight.Protocol;
using Tasklight.Server.Api;

namespace Tasklight.Server.Access;

/// <summary>Why a request may not enter. The SDK surface knows 403 for a bad key, REST under /v1 knows 401 (contract: README, golden rule 16).</summary>
sealed record GateRefusal(int Status, string Code, string Detail)
{
    /// <summary>The words of the public REST documentation.</summary>
    const string Unauthorized = "Invalid or missing API key";

    public static GateRefusal NoKey(HttpContext context) => Surface.IsRest(context)
        ? new(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidApiKey, Unauthorized)
        : new(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidApiKey, "No API key: send one in the header x-api-key.");

    public static GateRefusal UnknownKey(HttpContext context) => Surface.IsRest(context)
        ? new(StatusCodes.Status401Unauthorized, ErrorCodes.InvalidApiKey, Unauthorized)
        : new(StatusCodes.Status403Forbidden, ErrorCodes.InvalidApiKey, "This API key is unknown here: check it, or ask an administrator for a new one.");

    public static GateRefusal Expired(HttpContext context, DateTimeOffset at) => new(
        Surface.IsRest(context) ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden,
        ErrorCodes.InvalidApiKey,
        $"This API key expired at {at:yyyy-MM-ddTHH:mm:ssZ}: ask an administrator for a new one.");

    public static GateRefusal OtherOrganization(string id) => id == "None"
        ? new(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "The path names the organization 'None': the client has no organization id configured.")
        : new(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, "This API key does not belong to the organization in the path.");

    public static GateRefusal MissingScope(Caller caller, Scope scope) => new(
        StatusCodes.Status403Forbidden, ErrorCodes.Forbidden,
        $"This needs a key with scope {string.Join(" or ", ScopeNames.Of(scope))}; the key '{caller.KeyName}' has {(caller.Scopes == Scope.None ? "none" : string.Join(", ", ScopeNames.Of(caller.Scopes)))}.");

    public static GateRefusal TooManyRequests(int perSecond) => new(
        StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, $"This key may make {perSecond} requests a second (setting limits-rate): ask again in a second.");

    public static GateRefusal TooManyStreams(int limit) => new(
        StatusCodes.Status429TooManyRequests, ErrorCodes.RateLimited, $"This key has {limit} streams open, which is its limit (setting limits-streams): close some first.");
}
