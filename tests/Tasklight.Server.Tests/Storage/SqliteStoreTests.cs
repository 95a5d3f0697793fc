using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Storage;

public sealed class SqliteStoreTests : StoreConformance
{
    private protected override StoreUnderTest Start(TimeProvider time, Func<TaskRecord?, TaskCommand, TaskDecision> decide) => new SqliteUnderTest(time, decide, 64 * 1024 * 1024);
}
