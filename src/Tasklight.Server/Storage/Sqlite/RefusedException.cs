using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A command turned out to be refused after parts of it were carried out: its transaction must go, and its caller gets the refusal.</summary>
sealed class RefusedException(TaskDecision.Refusal refusal) : Exception(refusal.Detail)
{
    public TaskDecision.Refusal Refusal { get; } = refusal;
}
