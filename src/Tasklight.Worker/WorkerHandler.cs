namespace Tasklight.Worker;

/// <summary>What is done with a task.</summary>
/// <param name="Call">The call; answers what becomes the result.</param>
/// <param name="Yields">It yields events, so that whoever invokes it over HTTP is answered with a stream.</param>
internal sealed record WorkerHandler(Func<TaskContext, Task<object?>> Call, bool Yields);
