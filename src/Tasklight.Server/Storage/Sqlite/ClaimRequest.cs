using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Free seats that ask for tasks.</summary>
sealed class ClaimRequest(AgentKey agent, IReadOnlyList<Seat> seats, DateTimeOffset now) : AnsweredRequest<IReadOnlyList<TaskRecord>>
{
    protected override IReadOnlyList<TaskRecord> Run(SqliteWriter writer) => writer.Claims.Claim(writer.Tasks, agent, seats, now);
}
