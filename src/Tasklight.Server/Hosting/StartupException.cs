namespace Tasklight.Server.Hosting;

/// <summary>The server cannot start; the message is a sentence for the operator that says what to do.</summary>
sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
