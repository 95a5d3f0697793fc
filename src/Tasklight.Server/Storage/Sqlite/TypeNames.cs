using System.Text;
using Tasklight.Protocol;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>The frequent event types as shared strings: a log of chunks must not make a string for each.</summary>
static class TypeNames
{
    static readonly (byte[] Utf8, string Text)[] Frequent =
    [
        .. new[]
        {
            TaskEventTypes.Chunk, TaskEventTypes.TaskCreated, TaskEventTypes.TaskUpdated, TaskEventTypes.TaskFinished,
            TaskEventTypes.ToolCallRequest, TaskEventTypes.ToolCallResult, TaskEventTypes.Think, TaskEventTypes.PlanUpdated,
        }.Select(type => (Encoding.UTF8.GetBytes(type), type)),
    ];

    public static string Shared(ReadOnlySpan<byte> utf8)
    {
        foreach (var (known, text) in Frequent)
        {
            if (utf8.SequenceEqual(known))
                return text;
        }

        return Encoding.UTF8.GetString(utf8);
    }
}
