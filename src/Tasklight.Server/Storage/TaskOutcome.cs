using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage;

/// <summary>What became of a command.</summary>
/// <param name="Decision">The decision for the command itself.</param>
/// <param name="Replayed">True when an idempotency key answered it: nothing was changed this time.</param>
sealed record TaskOutcome(TaskDecision Decision, bool Replayed = false);
