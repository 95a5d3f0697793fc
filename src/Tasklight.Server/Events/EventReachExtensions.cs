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
        _ => EventReach.Rest,
    };
}
