namespace Tasklight.Cli.Definitions;

/// <summary>One thing wrong with a file.</summary>
/// <param name="File">The file.</param>
/// <param name="At">Where.</param>
/// <param name="Message">What was found, and what is allowed.</param>
internal sealed record DefinitionError(string File, Mark At, string Message)
{
    /// <summary>As editors understand it: <c>agent.yaml:7:3: tools[0].url: …</c></summary>
    public override string ToString() => $"{File}:{At.Line}:{At.Column}: {(At.Path.Length == 0 ? "" : At.Path + ": ")}{Message}";
}
