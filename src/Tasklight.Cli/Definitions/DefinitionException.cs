namespace Tasklight.Cli.Definitions;

/// <summary>Files that define no agents. The message has a line for each error.</summary>
internal sealed class DefinitionException(IReadOnlyList<DefinitionError> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public IReadOnlyList<DefinitionError> Errors { get; } = errors;
}
