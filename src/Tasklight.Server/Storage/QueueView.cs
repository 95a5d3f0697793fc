namespace Tasklight.Server.Storage;

/// <summary>Figures of a queue for <c>why</c>.</summary>
/// <param name="RunningOfAgent">Tasks of the agent that hold a lease.</param>
/// <param name="RunningOfUser">Those of the same <c>input.user.id</c>.</param>
/// <param name="Ahead">Queued tasks of the agent that would be offered first.</param>
sealed record QueueView(int RunningOfAgent, int RunningOfUser, int Ahead);
