namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A server wants a login that cannot be had; the message says why, in sentences.</summary>
internal sealed class McpLoginException(string message, Exception? inner = null) : Exception(message, inner);
