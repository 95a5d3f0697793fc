namespace Tasklight.Server.Events;

/// <summary>Who reads a stream, which decides what may be on it.</summary>
enum StreamSurface
{
    /// <summary>Baseline clients: the twelve known types and nothing else (README, golden rule 11).</summary>
    Sdk,

    /// <summary>REST: every type but the newer ones, and <c>gap</c> where history was trimmed.</summary>
    Rest,

    /// <summary>REST, when the caller asked for the newer types too: <c>context_status</c> and its like.</summary>
    RestWithNewer,
}
