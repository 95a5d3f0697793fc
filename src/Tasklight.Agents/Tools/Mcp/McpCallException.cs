namespace Tasklight.Agents.Tools.Mcp;

/// <summary>A server could not be asked, or did not answer; the message is a sentence for the model.</summary>
internal sealed class McpCallException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>True when the server cannot have begun to do anything.</summary>
    public bool WasNotMade { get; init; }
}
