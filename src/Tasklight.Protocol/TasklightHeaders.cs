namespace Tasklight.Protocol;

/// <summary>The header names of the contract (contract: sdk-http §2, extensions §§2–3).</summary>
public static class TasklightHeaders
{
    /// <summary>Request: the API key, on every call.</summary>
    public const string ApiKey = "x-api-key";

    /// <summary>Request: the agent's version, as text.</summary>
    public const string AgentVersion = "x-agent-version";

    /// <summary>Request: the task in which a tool is called.</summary>
    public const string ExecutionId = "x-execution-id";

    /// <summary>Request: <c>true</c> when a tool call is only announced.</summary>
    public const string PreflightCheck = "x-preflight-check";

    /// <summary>Worker stream: the worker's stable identity.</summary>
    public const string Instance = "Tasklight-Instance";

    /// <summary>Worker stream: how many tasks the worker runs at once.</summary>
    public const string Slots = "Tasklight-Slots";

    /// <summary>PATCH, push and metrics: the lease the writer holds, as it came in the dispatch frame's id.</summary>
    public const string Lease = "Tasklight-Lease";

    /// <summary>Answer to PATCH: fields whose value could not be used, separated by <c>, </c>.</summary>
    public const string Ignored = "Tasklight-Ignored";

    /// <summary>Answer to a list without pages: <c>true</c> when there is more than is shown.</summary>
    public const string Truncated = "Tasklight-Truncated";

    /// <summary>Request: 1 to 255 characters; a repeated change with the same key is done once.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Answer: <c>true</c> when the change had been done before under this key.</summary>
    public const string IdempotentReplay = "Idempotent-Replay";

    /// <summary>Event streams: the sequence number after which to go on.</summary>
    public const string LastEventId = "Last-Event-ID";
}
