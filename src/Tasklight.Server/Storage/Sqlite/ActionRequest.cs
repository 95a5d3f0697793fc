namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A rare write that is not about one task.</summary>
sealed class ActionRequest<T>(Func<SqliteWriter, T> action) : AnsweredRequest<T>
{
    protected override T Run(SqliteWriter writer) => action(writer);
}
