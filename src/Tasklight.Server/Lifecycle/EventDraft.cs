namespace Tasklight.Server.Lifecycle;

/// <summary>An event before it has a number.</summary>
/// <param name="Type">The wire's type.</param>
/// <param name="Time">The sender's clock; raised to the previous event's when lower.</param>
/// <param name="Data">UTF-8 JSON. For a lifecycle event the changed fields only (design §4).</param>
/// <param name="Kind">Who made it, which decides where it shows.</param>
readonly record struct EventDraft(string Type, DateTimeOffset Time, ReadOnlyMemory<byte> Data, EventKind Kind);
