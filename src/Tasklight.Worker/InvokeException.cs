namespace Tasklight.Worker;

/// <summary>The command line asks for an invoke that cannot be made; the message says why.</summary>
internal sealed class InvokeException(int exitCode, string message) : Exception(message)
{
    public int ExitCode => exitCode;
}
