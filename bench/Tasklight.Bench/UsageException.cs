namespace Tasklight.Bench;

/// <summary>The command line is wrong; the message says how.</summary>
sealed class UsageException(string message) : Exception(message);
