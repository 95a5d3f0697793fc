namespace Tasklight.Agents.Schema;

/// <summary>One thing that a value does not keep to.</summary>
/// <param name="InstancePath">Where in the value, as a JSON pointer; empty is the whole.</param>
/// <param name="SchemaPath">The rule, as a JSON pointer into the schema.</param>
/// <param name="Message">What is wrong and what was wanted, for a model and for people.</param>
public sealed record SchemaViolation(string InstancePath, string SchemaPath, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(InstancePath.Length == 0 ? "(the whole value)" : InstancePath)}: {Message}";
}
