using System.Text.Json;

namespace Tasklight.Server.Lifecycle;

/// <summary>A JSON array of ids that others are taken from and added to. All of them are written by this server, so an id is always the same bytes.</summary>
sealed class IdListJson
{
    byte[] _bytes;
    int _length;

    public IdListJson(ReadOnlySpan<byte> array)
    {
        _bytes = array.ToArray();
        _length = array.Length;
    }

    /// <summary>The array; good until the next change.</summary>
    public ReadOnlyMemory<byte> Value => _bytes.AsMemory(0, _length);

    /// <summary>Puts the ids of another array behind the last one.</summary>
    public void Add(ReadOnlySpan<byte> array)
    {
        var ids = array[1..^1];
        if (ids.IsEmpty)
            return;
        if (_length + ids.Length + 1 > _bytes.Length)
            Array.Resize(ref _bytes, 2 * (_length + ids.Length + 1));
        _length--;
        if (_length > 1)
            _bytes[_length++] = (byte)',';
        ids.CopyTo(_bytes.AsSpan(_length));
        _length += ids.Length;
        _bytes[_length++] = (byte)']';
    }

    /// <summary>Takes the ids of another array out, wherever they are.</summary>
    public void Remove(ReadOnlySpan<byte> array)
    {
        var removed = Ids(array);
        var kept = Ids(Value.Span).Where(id => !removed.Contains(id));
        _bytes = System.Text.Encoding.ASCII.GetBytes($"[{string.Join(',', kept)}]");
        _length = _bytes.Length;
    }

    // As they are written, quotes and all.
    static List<string> Ids(ReadOnlySpan<byte> array)
    {
        var ids = new List<string>();
        var reader = new Utf8JsonReader(array);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            ids.Add(System.Text.Encoding.ASCII.GetString(array[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]));
        return ids;
    }
}
