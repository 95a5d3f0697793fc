namespace Tasklight.Server.Lifecycle;

/// <summary>What an agent's definition says about when its tasks may run.</summary>
/// <param name="IsActive">False when the agent is switched off or no longer exists.</param>
/// <param name="Concurrency">Tasks that may run at once; null = any number.</param>
/// <param name="ConcurrencyPerUser">Tasks of one end user that may run at once; null = any number.</param>
readonly record struct AgentLimits(bool IsActive, int? Concurrency, int? ConcurrencyPerUser);
