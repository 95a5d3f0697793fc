using System.Runtime.InteropServices;

namespace Tasklight.Worker;

/// <summary>Turns SIGINT and SIGTERM into a request to leave; a second signal ends the process at once.</summary>
internal sealed class LeaveSignals : IDisposable
{
    // Never disposed of: it has no timer, so it holds nothing, and a signal may still be on its way. Told to what is gone, it would end the process with a stack trace.
    private readonly CancellationTokenSource _told = new();
    private readonly CancellationTokenRegistration _caller;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public LeaveSignals(CancellationToken ct)
    {
        _caller = ct.UnsafeRegister(static told => ((CancellationTokenSource)told!).Cancel(), _told);
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
        _caller.Dispose();
    }

    private void Leave(PosixSignalContext signal)
    {
        signal.Cancel = !_told.IsCancellationRequested;
        _told.Cancel();
    }
}
