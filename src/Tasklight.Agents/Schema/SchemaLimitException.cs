namespace Tasklight.Agents.Schema;

/// <summary>Ends a check that would cost too much; it becomes a violation.</summary>
internal sealed class SchemaLimitException(string instancePath, string schemaPath, string message) : Exception(message)
{
    public string InstancePath { get; } = instancePath;

    public string SchemaPath { get; } = schemaPath;
}
