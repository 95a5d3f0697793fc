namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Something to be done in one of the writer's transactions, and somebody who waits for its commit.</summary>
abstract class WriteRequest
{
    /// <summary>Bytes of input, to bound a batch.</summary>
    public virtual int Bytes => 0;

    /// <summary>Does it. May run again in another transaction when this one fails.</summary>
    public abstract void Execute(SqliteWriter writer);

    /// <summary>After the commit.</summary>
    public abstract void Succeed();

    /// <summary>Nothing of it was committed.</summary>
    public abstract void Fail(Exception error);
}
