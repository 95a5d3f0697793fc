namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A local server ended by itself; the message says how.</summary>
internal sealed class LocalServerEndedException(string message, Exception inner) : IOException(message, inner);
