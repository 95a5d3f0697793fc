using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// The wire fields of a task as raw JSON, built up from lifecycle events: task_created first, then the changed fields of each. It keeps the
/// events' own bytes and copies nothing until it renders.
/// </summary>
sealed class TaskFold
{
    readonly ReadOnlyMemory<byte>[] _values = new ReadOnlyMemory<byte>[TaskField.All.Length];

    /// <summary>Forgets everything; the next event is a task_created.</summary>
    public void Clear() => Array.Clear(_values);

    /// <summary>Overlays the keys of a JSON object that this server wrote. The memory must stay as it is while the fold lives.</summary>
    public void Apply(ReadOnlyMemory<byte> changedFields)
    {
        var reader = new Utf8JsonReader(changedFields.Span, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        var expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = IndexOf(ref reader, expected);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (index < 0)
                continue;
            _values[index] = changedFields[start..(int)reader.BytesConsumed];
            expected = index + 1;
        }
    }

    /// <summary>Writes the whole Task object.</summary>
    public void Render(IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        var first = true;
        for (var i = 0; i < _values.Length; i++)
        {
            var value = _values[i].Span;
            if (value.IsEmpty || (TaskField.All[i].IsOptional && value.SequenceEqual("null"u8)))
                continue;
            if (!first)
                output.Write(","u8);
            first = false;
            output.Write(TaskField.All[i].Prefix);
            output.Write(value);
        }

        output.Write("}"u8);
    }

    /// <summary>The fields as an object.</summary>
    public AgentTaskFields ToFields()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        Render(buffer);
        return JsonSerializer.Deserialize(buffer.WrittenSpan, ProtocolJson.Default.AgentTaskFields)!;
    }

    // Keys come in wire order, so the next one is nearly always where it is looked for first.
    static int IndexOf(ref Utf8JsonReader reader, int expected)
    {
        var fields = TaskField.All;
        for (var n = 0; n < fields.Length; n++)
        {
            var i = (expected + n) % fields.Length;
            if (reader.ValueTextEquals(fields[i].Encoded.EncodedUtf8Bytes))
                return i;
        }

        return -1;
    }
}
