namespace Tasklight.Protocol;

/// <summary>The stable words of <see cref="ErrorBody.Code"/> (contract: extensions §4). New ones may come; none changes its meaning.</summary>
public static class ErrorCodes
{
    /// <summary>400: the body is no JSON.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>400: the agent is not active.</summary>
    public const string AgentInactive = "agent_inactive";

    /// <summary>401 on REST, 403 on the SDK surface: no key, or an unknown or expired one.</summary>
    public const string InvalidApiKey = "invalid_api_key";

    /// <summary>403: the key lacks a scope, or is not good for this agent or organization.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>404: no such thing in this organization.</summary>
    public const string NotFound = "not_found";

    /// <summary>405: the route takes other methods; <c>Allow</c> names them.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>409: the task's status does not allow it.</summary>
    public const string InvalidTransition = "invalid_transition";

    /// <summary>409: a turn of this thread is still open.</summary>
    public const string TurnOpen = "turn_open";

    /// <summary>409: the id belongs to another agent's task.</summary>
    public const string IdTaken = "id_taken";

    /// <summary>409: the lease is late or another's; stop the run.</summary>
    public const string LeaseLost = "lease_lost";

    /// <summary>409: the idempotency key was used with another body.</summary>
    public const string IdempotencyConflict = "idempotency_conflict";

    /// <summary>409: the approval is about another action, was given already, or has expired.</summary>
    public const string ApprovalMismatch = "approval_mismatch";

    /// <summary>409: the step's number is not the next one, or another step has it; read the session again.</summary>
    public const string SessionConflict = "session_conflict";

    /// <summary>409: a limit of the task's budget, or of a task above it, is reached; the message names it.</summary>
    public const string BudgetReached = "budget_reached";

    /// <summary>409: the task was created without events streaming.</summary>
    public const string StreamingDisabled = "streaming_disabled";

    /// <summary>409: the worker may not serve in this environment.</summary>
    public const string EnvironmentConflict = "environment_conflict";

    /// <summary>409: the request does not fit the present state in another way.</summary>
    public const string Conflict = "conflict";

    /// <summary>413: the body is larger than the limit, which the message names.</summary>
    public const string TooLarge = "too_large";

    /// <summary>422: fields are wrong; <c>detail</c> lists them.</summary>
    public const string ValidationFailed = "validation_failed";

    /// <summary>429: too many requests or streams; see <c>Retry-After</c>.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>500: a fault of the server.</summary>
    public const string Internal = "internal";

    /// <summary>501: what the request needs is not configured; the message names the setting.</summary>
    public const string NotConfigured = "not_configured";

    /// <summary>502: a tool's operation failed; the message has its answer.</summary>
    public const string ToolFailed = "tool_failed";

    /// <summary>A login to an MCP server came to nothing; the detail says why. Browsers get a page instead.</summary>
    public const string LoginFailed = "login_failed";

    /// <summary>503: starting, or the store is away; see <c>Retry-After</c>.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>408: the request's body came too slowly, send it again. 504: the task did not finish in time; it goes on.</summary>
    public const string TimedOut = "timed_out";
}
