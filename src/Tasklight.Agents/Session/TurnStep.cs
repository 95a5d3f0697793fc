using Tasklight.Sdk;

namespace Tasklight.Agents.Session;

/// <summary>What the user asks for in a turn, or what is said when a turn is begun again to finish its plan.</summary>
internal sealed record TurnStep
{
    /// <summary>Which turn: when it started, as the server says. Stays the same when the turn is delivered again or goes on after a pause.</summary>
    public string Turn { get; init; } = "";

    /// <summary>How often the turn was begun again to finish its plan; 0 at first.</summary>
    public int Retry { get; init; }

    /// <summary>The rendered prompt, with the contents of readable files in it.</summary>
    public string Text { get; init; } = "";

    /// <summary>PDF files and images; their bytes are fetched when a message is made of the step.</summary>
    public IReadOnlyList<TaskFile> Files { get; init => field = value ?? []; } = [];
}
