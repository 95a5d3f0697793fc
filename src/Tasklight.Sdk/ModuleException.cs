using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>A call that did not succeed (contract: sdk-surface §6). The message is <c>[status] description</c>.</summary>
public class ModuleException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="statusCode">The HTTP status; 500 also stands for "no answer" and "an answer that is not the contract's".</param>
    /// <param name="description">What was asked, what was found, what to do.</param>
    /// <param name="innerException">What lies behind it.</param>
    public ModuleException(int statusCode, string description, Exception? innerException = null)
        : base($"[{statusCode}] {description}", innerException)
    {
        StatusCode = statusCode;
        Description = description;
    }

    /// <summary>The HTTP status; 500 also for failures on this side of the wire.</summary>
    public int StatusCode { get; }

    /// <summary>The message without the status.</summary>
    public string Description { get; }

    /// <summary>The server's stable word for the error, when it gave one: <c>lease_lost</c>, for example.</summary>
    public string? Code { get; internal init; }

    // The same call may well succeed a moment later.
    internal bool IsTransient { get; init; }

    internal AnswerOrigin Origin { get; init; }

    // Not in the contract's words: a proxy, or whatever stood at the server's address for a moment. It says nothing of the server, which may think otherwise.
    internal bool IsForeign => Origin != AnswerOrigin.Server;

    internal TimeSpan? RetryAfter { get; init; }
}
