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

    /// <summary>UTF-8 JSON with the keys whose values differ; <c>{}</c> when none.</summary>
    /// <param name="except">A field to leave out; null writes every changed one.</param>
    public static byte[] Changed(AgentTaskFields before, AgentTaskFields after, string? except = null) => Write(after, before, except);

    /// <summary>UTF-8 JSON with all keys.</summary>
    public static byte[] All(AgentTaskFields fields) => Write(fields, null, null);

    /// <summary>UTF-8 JSON with what a new task has of its own: a third of <see cref="All"/>. <see cref="TaskFold"/> knows the rest.</summary>
    public static byte[] NotDefault(AgentTaskFields fields) => Write(fields, TaskField.Defaults, null);

    static byte[] Write(AgentTaskFields fields, AgentTaskFields? before, string? except)
    {
        var buffer = _scratch ??= new ArrayBufferWriter<byte>(4096);
        var writer = _writer ??= new Utf8JsonWriter(buffer, AsciiJson.WriterOptions);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
        foreach (var field in TaskField.All)
        {
            if (before is not null && (IsSame(field, before, fields) || field.Name == except))
                continue;
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
