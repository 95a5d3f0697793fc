namespace Tasklight.Agents.Schema;

/// <summary>The violations found so far; more than <see cref="Most"/> help nobody and are dropped.</summary>
internal sealed class Violations
{
    public const int Most = 25;

    public List<SchemaViolation> List { get; } = [];

    public bool IsFull => List.Count >= Most;

    public void Add(SchemaViolation violation)
    {
        if (!IsFull)
            List.Add(violation);
    }
}
