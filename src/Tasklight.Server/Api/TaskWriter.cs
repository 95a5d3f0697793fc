using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>Writes a task as the wire's Task object, ASCII-escaped on one line.</summary>
sealed class TaskWriter(TaskSecrets secrets)
{
    // One writer a thread: a render is synchronous, and a Utf8JsonWriter costs more than a small task.
    [ThreadStatic]
    static Utf8JsonWriter? _json;

    // What was asked for last, by the identity of the fields, which never change. The second reader of a task pays for the third.
    const int RecentTasks = 1024;
    const int LongestKept = 16 * 1024;

    static readonly ArrayBufferWriter<byte> Nowhere = new();

    readonly RenderedTask?[] _recent = new RenderedTask?[RecentTasks];

    /// <summary>Writes the Task object.</summary>
    /// <param name="withSecrets">True puts the secrets in clear: for dispatch frames and for callers with scope worker on the SDK surface only.</param>
    public void Render(TaskRecord record, bool withSecrets, IBufferWriter<byte> output)
    {
        var fields = FieldsOf(record, withSecrets);
        if (!ReferenceEquals(fields, record.Fields))
        {
            Render(fields, output);
            return;
        }

        ref var recent = ref _recent[RuntimeHelpers.GetHashCode(fields) & (RecentTasks - 1)];
        if (Volatile.Read(ref recent) is not { } seen || !ReferenceEquals(seen.Fields, fields))
        {
            // Only small ones: what is remembered here stays in memory.
            if (Render(fields, output) <= LongestKept)
            {
                Volatile.Write(ref recent, new(fields, null));
            }
        }
        else if (seen.Json is { } json)
        {
            output.Write(json);
        }
        else
        {
            RenderAndKeep(fields, output, ref recent);
        }
    }

    /// <inheritdoc cref="Render(TaskRecord, bool, IBufferWriter{byte})"/>
    public byte[] Render(TaskRecord record, bool withSecrets)
    {
        var output = new ArrayBufferWriter<byte>();
        Render(FieldsOf(record, withSecrets), output);
        return output.WrittenSpan.ToArray();
    }

    static void RenderAndKeep(AgentTaskFields fields, IBufferWriter<byte> output, ref RenderedTask? recent)
    {
        var json = new ArrayBufferWriter<byte>();
        Render(fields, json);
        Volatile.Write(ref recent, new(fields, json.WrittenSpan.ToArray()));
        output.Write(json.WrittenSpan);
    }

    /// <summary>Answers how many bytes it wrote.</summary>
    static long Render(AgentTaskFields fields, IBufferWriter<byte> output)
    {
        var json = _json ??= new(output, AsciiJson.WriterOptions);
        json.Reset(output);
        JsonSerializer.Serialize(json, fields, ProtocolJson.Default.AgentTaskFields);
        json.Flush();
        var length = json.BytesCommitted;
        json.Reset(Nowhere);
        return length;
    }

    AgentTaskFields FieldsOf(TaskRecord record, bool withSecrets)
    {
        if (!withSecrets || record.Secrets is null)
        {
            return record.Fields;
        }

        var clear = record.Fields.Clone();
        secrets.Restore(clear, record.Secrets);
        return clear;
    }
}
