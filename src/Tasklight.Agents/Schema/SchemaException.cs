namespace Tasklight.Agents.Schema;

/// <summary>A JSON Schema that cannot be used; the message is for its author and names the place.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
