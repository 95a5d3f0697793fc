using System.Globalization;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Events;

/// <summary>Where a reader wants to go on: <c>Last-Event-ID</c>, which wins because EventSource repeats its first address, or <c>?after=</c>.</summary>
static class StreamCursor
{
    public const string Query = "after";

    /// <summary>The cursor, null when none was sent; otherwise the sentence for a 422.</summary>
    public static bool TryRead(HttpRequest request, TaskRecord task, out long? after, out string? problem)
    {
        (after, problem) = (null, null);
        var (name, text) = request.Headers[TasklightHeaders.LastEventId].ToString() is { Length: > 0 } header ? (TasklightHeaders.LastEventId, header) : (Query, request.Query[Query].ToString());
        if (text.Length == 0)
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            problem = $"{name} must be the number of an event of task {task.Id} (0 to {task.Sequence}), not text.";
            return false;
        }

        if (number > task.Sequence)
        {
            problem = $"{name} is {number}, ahead of the log of task {task.Id}, which ends at {task.Sequence}.";
            return false;
        }

        after = number;
        return true;
    }
}
