using Tasklight.Protocol;

namespace Tasklight.Agents.Session;

/// <summary>What the runtime has to say to the model, or to remember.</summary>
internal sealed record NoteStep
{
    /// <summary>The answer does not fit and is sent back.</summary>
    public const string Repair = "repair";

    /// <summary>The model goes round in circles.</summary>
    public const string Loop = "loop";

    /// <summary>A question, <see cref="Text"/>, was put to the user; <see cref="Plan"/> is the plan it interrupted.</summary>
    public const string Question = "question";

    /// <summary>A call that was started was not made after all: a login is missing.</summary>
    public const string NotMade = "not_made";

    /// <summary>One of the constants here.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";

    /// <summary>What the model reads (a question: what the user reads); null = nothing.</summary>
    public string? Text { get; init; }

    /// <summary>The call it is about.</summary>
    public string? CallId { get; init; }

    /// <summary>The plan to go on with.</summary>
    public DeepPlanning? Plan { get; init; }
}
