using System.Runtime.InteropServices;

namespace Tasklight.EndToEnd.Tests;

/// <summary>Signals to other processes, without a program that a small system may lack.</summary>
static partial class Signals
{
    const int Term = 15;

    /// <summary>Asks a process to leave, as a service manager does.</summary>
    public static void Terminate(int process) => Assert.True(Kill(process, Term) == 0, $"SIGTERM did not reach process {process} (errno {Marshal.GetLastPInvokeError()})");

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
