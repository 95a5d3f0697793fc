using System.Buffers;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>
/// The wire fields of a task as raw JSON, built up from lifecycle events: task_created first, then the changed fields of each. It keeps the
/// events' own bytes and copies nothing until it renders, but for the lists of ids, which events tell the changes of.
/// </summary>
sealed class TaskFold
{
    static readonly ReadOnlyMemory<byte>[] Defaults = MakeDefaults();

    readonly ReadOnlyMemory<byte>[] _values;

    // Lists of ids that changes were folded into, by the index of their field.
    readonly Dictionary<int, IdListJson> _lists = [];

    /// <summary>A task with nothing in it; the first event is a task_created.</summary>
    public TaskFold()
        : this([.. Defaults])
    {
    }

    TaskFold(ReadOnlyMemory<byte>[] values) => _values = values;

    /// <summary>Forgets everything; the next event is a task_created, which leaves out what is as it is by default.</summary>
    public void Clear()
    {
        Defaults.CopyTo(_values.AsSpan());
        _lists.Clear();
    }

    /// <summary>Overlays the keys of a JSON object that this server wrote. The memory must stay as it is while the fold lives.</summary>
    public void Apply(ReadOnlyMemory<byte> changedFields) => Read(changedFields);

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

    void Read(ReadOnlyMemory<byte> changedFields)
    {
        var reader = new Utf8JsonReader(changedFields.Span, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        var expected = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (index, part) = Find(ref reader, expected);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (index < 0)
                continue;
            var value = changedFields[start..(int)reader.BytesConsumed];
            _values[index] = part == Part.Whole ? value : Changed(index, part, value);
            expected = part == Part.Removed ? index : index + 1;
        }
    }

    // Keys come in wire order, so the next one is nearly always where it is looked for first.
    static (int Index, Part Part) Find(ref Utf8JsonReader reader, int expected)
    {
        var fields = TaskField.All;
        for (var n = 0; n < fields.Length; n++)
        {
            var i = (expected + n) % fields.Length;
            var field = fields[i];
            if (reader.ValueTextEquals(field.Encoded.EncodedUtf8Bytes))
                return (i, Part.Whole);
            if (field.Ids is null)
                continue;
            if (reader.ValueTextEquals(field.Removed.EncodedUtf8Bytes))
                return (i, Part.Removed);
            if (reader.ValueTextEquals(field.Added.EncodedUtf8Bytes))
                return (i, Part.Added);
        }

        return (-1, Part.Whole);
    }

    ReadOnlyMemory<byte> Changed(int index, Part part, ReadOnlyMemory<byte> ids)
    {
        if (!_lists.TryGetValue(index, out var list) || !list.Value.Equals(_values[index]))
            _lists[index] = list = new IdListJson(_values[index].Span);
        if (part == Part.Removed)
            list.Remove(ids.Span);
        else
            list.Add(ids.Span);
        return list.Value;
    }

    static ReadOnlyMemory<byte>[] MakeDefaults()
    {
        var fold = new TaskFold(new ReadOnlyMemory<byte>[TaskField.All.Length]);
        fold.Read(TaskFieldDiff.All(TaskField.Defaults));
        return fold._values;
    }

    enum Part
    {
        Whole,
        Removed,
        Added,
    }
}
