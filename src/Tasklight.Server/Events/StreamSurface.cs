namespace Tasklight.Server.Events;

/// <summary>Who reads a stream, which decides what may be on it.</summary>
enum StreamSurface
{
    /// <summary>Baseline clients: the twelve known types and nothing else (README, golden rule 11).</summary>
    Sdk,

    /// <summary>REST: every type, and <c>gap</c> where history was trimmed.</summary>
    Rest,
}
