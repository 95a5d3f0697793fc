using Microsoft.Extensions.Logging;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>What every run of a worker shares; <c>Leaving</c> is cancelled when the worker is told to leave.</summary>
internal sealed record WorkerParts(WorkerOptions Options, Transport Transport, Func<TaskContext, Task<object?>> Handler, ILogger Log, CancellationToken Leaving);
