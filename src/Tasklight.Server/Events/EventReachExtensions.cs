using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Events;

static class EventReachExtensions
{
    public static EventReach Reach(this StoredEvent e) => e.Kind switch
    {
        EventKind.Lifecycle => EventReach.Everywhere,
        EventKind.Pushed when e.Type is TaskEventTypes.TaskCreated or TaskEventTypes.TaskUpdated or TaskEventTypes.TaskFinished => EventReach.None,
        EventKind.Server or EventKind.Pushed when TaskEventTypes.IsBaseline(e.Type) => EventReach.Everywhere,
        EventKind.Pushed when IsNewer(e.Type) => EventReach.Newer,
        _ => EventReach.Rest,
    };

    /// <summary>What a surface shows.</summary>
    public static EventReach Reach(this StreamSurface surface) => surface switch
    {
        StreamSurface.Sdk => EventReach.Sdk,
        StreamSurface.Rest => EventReach.Rest,
        _ => EventReach.Rest | EventReach.Newer,
    };

    static bool IsNewer(string type) => TaskEventTypes.TryParse(type, out var known) && known is > TaskUpdateEventType.TaskCompactization and < TaskUpdateEventType.Gap;
}
