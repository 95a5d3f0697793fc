namespace Tasklight.Worker;

/// <summary>One frame of the worker stream.</summary>
/// <param name="Name">Its event name, one of <see cref="Protocol.WorkerEventNames"/>.</param>
/// <param name="Id">Its id: the lease of a dispatched task.</param>
/// <param name="Data">Its JSON.</param>
internal sealed record WorkerFrame(string Name, string? Id, byte[] Data);
