using Tasklight.Worker;

namespace Tasklight.Agents.Models;

/// <summary>A model gave no answer. The message is one sentence for people, without key or prompt.</summary>
public sealed class ModelException(ModelFailure failure, string message, Exception? inner = null) : TaskFailedException(message, inner)
{
    /// <summary>Why.</summary>
    public ModelFailure Failure { get; } = failure;

    /// <summary>The HTTP status, if there was an answer.</summary>
    public int? Status { get; init; }

    /// <summary>How long the provider asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What of the request is refused.</summary>
    internal RefusedParts About { get; init; }

    /// <summary>Whether the same request may succeed later.</summary>
    public bool IsPassing => Failure is ModelFailure.RateLimited or ModelFailure.Unavailable or ModelFailure.BrokenAnswer;
}
