using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>Writes a task as the wire's Task object, ASCII-escaped on one line.</summary>
sealed class TaskWriter(TaskSecrets secrets)
{
    // One writer a thread: a render is synchronous, and a Utf8JsonWriter costs more than a small task.
    [ThreadStatic]
    static Utf8JsonWriter? _json;

    static readonly ArrayBufferWriter<byte> Nowhere = new();

    /// <summary>Writes the Task object.</summary>
    /// <param name="withSecrets">True puts the secrets in clear: for dispatch frames and for callers with scope worker on the SDK surface only.</param>
    public void Render(TaskRecord record, bool withSecrets, IBufferWriter<byte> output) => Render(FieldsOf(record, withSecrets), output);

    /// <inheritdoc cref="Render(TaskRecord, bool, IBufferWriter{byte})"/>
    public byte[] Render(TaskRecord record, bool withSecrets) =>
        JsonSerializer.SerializeToUtf8Bytes(FieldsOf(record, withSecrets), ProtocolJson.Default.AgentTaskFields);

    static void Render(AgentTaskFields fields, IBufferWriter<byte> output)
    {
        var json = _json ??= new(output, new JsonWriterOptions { SkipValidation = true, MaxDepth = ProtocolJson.Default.Options.MaxDepth });
        json.Reset(output);
        JsonSerializer.Serialize(json, fields, ProtocolJson.Default.AgentTaskFields);
        json.Flush();
        json.Reset(Nowhere);
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
