namespace Tasklight.Server.Events;

/// <summary>Where an event shows. Every event has its place in the log, whether a surface shows it or not.</summary>
[Flags]
enum EventReach
{
    /// <summary>Kept in the log only: lifecycle events that a client pushed (events §5).</summary>
    None = 0,
    Rest = 1,
    Sdk = 2,
    Everywhere = Rest | Sdk,

    /// <summary>REST, for those who ask for it: what newer workers tell for displays that know it (events §4, the newer types).</summary>
    Newer = 4,
}
