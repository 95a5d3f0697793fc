using Microsoft.Extensions.Logging;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;

namespace Tasklight.Worker;

/// <summary>What every run of a worker shares; <c>Leaving</c> is cancelled when the worker is told to leave.</summary>
internal sealed record WorkerParts(
    WorkerOptions Options, Transport Transport, Agents Agents, WorkerHandler Handler, WorkerHooks Hooks, ILogger Log, CancellationToken Leaving);
