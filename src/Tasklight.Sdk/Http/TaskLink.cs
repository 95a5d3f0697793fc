using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>What an <see cref="AgentTask"/> does its calls with. A worker adds its lease and its order of writing.</summary>
internal sealed class TaskLink(Transport transport)
{
    public Transport Transport => transport;

    /// <summary>Shown on every write.</summary>
    public string? Lease { get; init; }

    /// <summary>How long a write with a lease is repeated; the lease makes that safe.</summary>
    public TimeSpan RetryFor { get; init; }

    /// <summary>The server has taken this key before, so that what refuses it without the contract's words is somebody else for a moment.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Takes events instead of pushing them at once.</summary>
    public Func<TaskUpdateEvent, CancellationToken, ValueTask>? Outbox { get; init; }

    /// <summary>Awaited before every write, so that earlier events stay earlier.</summary>
    public Func<CancellationToken, Task>? BeforeWrite { get; init; }

    /// <summary>Told when a write is refused because the task is no longer this worker's.</summary>
    public Action<ModuleException>? OnLost { get; init; }

    /// <summary>Told what the server answered to a write.</summary>
    public Action<AgentTaskFields>? OnWritten { get; init; }

    /// <summary>Changes the task; answers the task as the server has it now.</summary>
    /// <exception cref="ModuleException">The change failed.</exception>
    public async Task<AgentTaskFields> WriteAsync(ApiRequest request, CancellationToken ct) =>
        Written(await WriteAsync(new Call<AgentTaskFields>(request, ProtocolJson.Default.AgentTaskFields), ct).ConfigureAwait(false));

    /// <summary>Makes a change whose answer is not the task.</summary>
    /// <exception cref="ModuleException">The change failed.</exception>
    public async Task<T> WriteAsync<T>(Call<T> call, CancellationToken ct)
    {
        if (BeforeWrite is not null)
        {
            await BeforeWrite(ct).ConfigureAwait(false);
        }

        try
        {
            return await SendAsync(WithLease(call), ct).ConfigureAwait(false);
        }
        catch (LeaseLostException exception)
        {
            OnLost?.Invoke(exception);
            throw;
        }
    }

    /// <inheritdoc cref="WriteAsync(ApiRequest, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">In a worker: events wait to be sent, which a synchronous call cannot wait for.</exception>
    public AgentTaskFields WriteHere(ApiRequest request, CancellationToken ct) =>
        Written(WriteHere(new Call<AgentTaskFields>(request, ProtocolJson.Default.AgentTaskFields), ct));

    /// <inheritdoc cref="WriteAsync{T}"/>
    /// <exception cref="InvalidOperationException">In a worker: events wait to be sent, which a synchronous call cannot wait for.</exception>
    public T WriteHere<T>(Call<T> call, CancellationToken ct)
    {
        if (BeforeWrite is not null)
        {
            throw new InvalidOperationException("In a worker's handler a task is saved with the methods that end in Async: its events are sent first, in order.");
        }

        var leased = WithLease(call);
        return Limits is { } limits ? Retry.Run(ct => transport.Send(leased, ct), limits, transport.Clock, null, ct) : transport.Send(leased, ct);
    }

    private RetryLimits? Limits => RetryFor > TimeSpan.Zero ? new RetryLimits(RetryFor) { PastForeign = IsKnown } : null;

    private Call<T> WithLease<T>(Call<T> call)
    {
        var leased = call.Request with { Lease = Lease };
        return call with { Request = RetryFor > TimeSpan.Zero ? leased.ForRepeating(transport.Configuration) : leased };
    }

    private Task<T> SendAsync<T>(Call<T> call, CancellationToken ct) => Limits is { } limits
        ? Retry.RunAsync(ct => transport.SendAsync(call, ct), limits, transport.Clock, null, ct)
        : transport.SendAsync(call, ct);

    private AgentTaskFields Written(AgentTaskFields answer)
    {
        IsKnown = true;
        OnWritten?.Invoke(answer);
        return answer;
    }
}
