namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A request whose caller gets an answer after the commit.</summary>
abstract class AnsweredRequest<T> : WriteRequest
{
    // Callers go on elsewhere: the writer's thread is for writing.
    readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? _answer;

    public Task<T> Answer => _completion.Task;

    public sealed override void Execute(SqliteWriter writer) => _answer = Run(writer);

    public sealed override void Succeed() => _completion.TrySetResult(_answer!);

    public override void Fail(Exception error) => _completion.TrySetException(error);

    protected abstract T Run(SqliteWriter writer);

    protected void AnswerWith(T answer) => _completion.TrySetResult(answer);
}
