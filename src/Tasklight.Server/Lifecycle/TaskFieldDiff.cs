using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Events;

namespace Tasklight.Server.Lifecycle;

/// <summary>The changed wire fields between two states of a task, as the JSON object that lifecycle events carry.</summary>
static class TaskFieldDiff
{
    /// <summary>True when a client could see a difference.</summary>
    public static bool Differs(AgentTaskFields before, AgentTaskFields after)
    {
        foreach (var field in TaskField.All)
            if (!field.Same(before, after))
                return true;
        return false;
    }

    /// <summary>UTF-8 JSON with the keys whose values differ; <c>{}</c> when none. Of lists of ids it has what came and what left.</summary>
    public static byte[] Changed(AgentTaskFields before, AgentTaskFields after) => Write(after, before, withApart: true);

    /// <summary>As <see cref="Changed"/>, without what the store keeps in places of its own (<see cref="TaskField.IsKeptApart"/>).</summary>
    public static byte[] Overlay(AgentTaskFields created, AgentTaskFields fields) => Write(fields, created, withApart: false);

    /// <summary>UTF-8 JSON with all keys.</summary>
    public static byte[] All(AgentTaskFields fields) => Write(fields, null, withApart: true);

    /// <summary>UTF-8 JSON with what a new task has of its own: a third of <see cref="All"/>. <see cref="TaskFold"/> knows the rest.</summary>
    public static byte[] NotDefault(AgentTaskFields fields) => Write(fields, TaskField.Defaults, withApart: true);

    static byte[] Write(AgentTaskFields fields, AgentTaskFields? before, bool withApart)
    {
        var buffer = _scratch ??= new ArrayBufferWriter<byte>(4096);
        var writer = _writer ??= new Utf8JsonWriter(buffer, AsciiJson.WriterOptions);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
        foreach (var field in TaskField.All)
        {
            if (before is not null && ((!withApart && field.IsKeptApart) || IsSame(field, before, fields)))
                continue;
            if (before is not null && field.Ids is { } ids && ids(before).Count > 0)
            {
                WriteChange(writer, field, IdListChange.Of(ids(before), ids(fields)));
                continue;
            }

            writer.WritePropertyName(field.Encoded);
            field.Write(writer, fields);
        }

        writer.WriteEndObject();
        writer.Flush();
        var json = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > KeptCapacity)
            _scratch = null;
        return json;
    }

    // Written whole, lists of thousands of sub-tasks would be written anew with each of them that begins or ends.
    static void WriteChange(Utf8JsonWriter writer, TaskField field, IdListChange change)
    {
        WriteIds(writer, field.Removed, change.Removed);
        WriteIds(writer, field.Added, change.Added);
    }

    static void WriteIds(Utf8JsonWriter writer, JsonEncodedText key, List<string> ids)
    {
        if (ids.Count == 0)
            return;
        writer.WriteStartArray(key);
        foreach (var id in ids)
            writer.WriteStringValue(id);
        writer.WriteEndArray();
    }

    // No task has these as they are by default, and to compare a prompt costs more than to write it.
    static bool IsSame(TaskField field, AgentTaskFields before, AgentTaskFields after) =>
        !(ReferenceEquals(before, TaskField.Defaults) && field.IsNeverDefault) && field.Same(before, after);

    // A prompt of megabytes must not stay in memory for every thread that once wrote one.
    const int KeptCapacity = 256 * 1024;

    [ThreadStatic]
    static ArrayBufferWriter<byte>? _scratch;

    [ThreadStatic]
    static Utf8JsonWriter? _writer;
}
