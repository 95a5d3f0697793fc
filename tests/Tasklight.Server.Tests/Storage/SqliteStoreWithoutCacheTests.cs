using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Tests.Storage;

/// <summary>The same promises when every read comes from disk.</summary>
public sealed class SqliteStoreWithoutCacheTests : StoreConformance
{
    private protected override StoreUnderTest Start(TimeProvider time, Func<TaskRecord?, TaskCommand, TaskDecision> decide) => new SqliteUnderTest(time, decide, cacheBytes: 0);
}
