namespace Tasklight.Agents.Session;

/// <summary>A part of the conversation, in order.</summary>
internal abstract record SessionEntry
{
    /// <summary>A turn, or the retry of one.</summary>
    public sealed record Turn(TurnStep Step) : SessionEntry;

    /// <summary>An answer of the model and its calls.</summary>
    public sealed record Model(ModelStep Step, IReadOnlyList<CallState> Calls) : SessionEntry;

    /// <summary>A summary of what came before.</summary>
    public sealed record Summary(SummaryStep Step) : SessionEntry;

    /// <summary>Something that the runtime says to the model.</summary>
    public sealed record Note(NoteStep Step) : SessionEntry;
}
