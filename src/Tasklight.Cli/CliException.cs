namespace Tasklight.Cli;

/// <summary>Ends the command with a sentence and an exit code.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
