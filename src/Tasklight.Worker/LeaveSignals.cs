using System.Runtime.InteropServices;

namespace Tasklight.Worker;

/// <summary>Turns SIGINT and SIGTERM into a request to leave; a second signal ends the process at once.</summary>
internal sealed class LeaveSignals : IDisposable
{
    private readonly CancellationTokenSource _told;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public LeaveSignals(CancellationToken ct)
    {
        _told = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
    }

    /// <summary>Cancelled by a signal, by the caller, or by <see cref="LeaveAsync"/>.</summary>
    public CancellationToken Token => _told.Token;

    public Task LeaveAsync() => _told.CancelAsync();

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _told.Dispose();
    }

    private void Leave(PosixSignalContext signal)
    {
        signal.Cancel = !_told.IsCancellationRequested;
        _told.Cancel();
    }
}
