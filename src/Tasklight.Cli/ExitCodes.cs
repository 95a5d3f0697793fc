namespace Tasklight.Cli;

/// <summary>What the command ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The server refused, could not be reached, or one of several things failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or a definition that is not one. Nothing was changed.</summary>
    public const int Wrong = 2;

    /// <summary>The task that was watched ended otherwise than completed.</summary>
    public const int NotCompleted = 3;

    /// <summary>The task that was watched waits for a person.</summary>
    public const int Waits = 4;

    /// <summary>Interrupted.</summary>
    public const int Interrupted = 130;
}
