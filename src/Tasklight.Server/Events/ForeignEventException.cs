namespace Tasklight.Server.Events;

/// <summary>A pushed event names another organization than the caller's (403, events §7).</summary>
sealed class ForeignEventException(int index) : Exception($"Event {index} names another organization than the key's in 'organization_id'. A key can only push events of its own.");
