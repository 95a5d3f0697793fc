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
    static readonly ReadOnlyMemory<byte>[] Defaults = MakeDefaults();

    readonly ReadOnlyMemory<byte>[] _values = [.. Defaults];

    /// <summary>Forgets everything; the next event is a task_created, which leaves out what is as it is by default.</summary>
    public void Clear() => Defaults.CopyTo(_values.AsSpan());

    /// <summary>Overlays the keys of a JSON object that this server wrote. The memory must stay as it is while the fold lives.</summary>
    public void Apply(ReadOnlyMemory<byte> changedFields) => Read(changedFields, _values);

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

    static void Read(ReadOnlyMemory<byte> changedFields, ReadOnlyMemory<byte>[] values)
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
            values[index] = changedFields[start..(int)reader.BytesConsumed];
            expected = index + 1;
        }
    }

    static ReadOnlyMemory<byte>[] MakeDefaults()
    {
        var values = new ReadOnlyMemory<byte>[TaskField.All.Length];
        Read(TaskFieldDiff.All(TaskField.Defaults), values);
        return values;
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
