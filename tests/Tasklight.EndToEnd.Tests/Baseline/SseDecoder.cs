namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>
/// The rules of httpx-sse 0.4.0, its habit included that an id once sent makes every later blank line an event, empty or not.
/// Stricter than it in one point: any <c>retry:</c> line is an error.
/// </summary>
sealed class SseDecoder
{
    readonly List<string> _data = [];
    string _event = "";
    string _id = "";

    /// <summary>The event that this line completes, or null.</summary>
    public SseEvent? Decode(string line)
    {
        if (line.Length == 0)
            return Complete();

        if (line[0] == ':')
            return null;

        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var (field, value) = colon < 0 ? (line, "") : (line[..colon], line[(colon + 1)..]);
        if (value.StartsWith(' '))
            value = value[1..];

        Take(field, value);
        return null;
    }

    SseEvent? Complete()
    {
        if (_event.Length == 0 && _data.Count == 0 && _id.Length == 0)
            return null;

        var completed = new SseEvent(_event.Length == 0 ? "message" : _event, string.Join('\n', _data), _id);
        _event = "";
        _data.Clear();
        return completed;
    }

    void Take(string field, string value)
    {
        switch (field)
        {
            case "event":
                _event = value;
                break;
            case "data":
                _data.Add(value);
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                _id = value;
                break;
            case "retry":
                throw new ModelException($"a retry line came: {value}");
        }
    }
}
