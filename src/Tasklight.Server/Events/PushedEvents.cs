using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Events;

/// <summary>
/// Reads the body of a push (events §7): an array of envelopes. The data of an event is not taken apart: it is kept as the bytes that were
/// sent, and rewritten only where those could not go into a frame.
/// </summary>
static class PushedEvents
{
    const int LongestType = 128;

    static readonly JsonReaderOptions Options = new() { MaxDepth = WireReader.MaxDepth };

    /// <summary>The events in order. Their data are copies, so the body may be reused: the store keeps the latest events of a task in memory.</summary>
    /// <exception cref="ProtocolException">It is no JSON, or an element is not an event of this task; the message names it.</exception>
    public static ImmutableArray<EventDraft> Read(ReadOnlyMemory<byte> body, string organization, string taskId)
    {
        if (!WireText.IsUtf8(body.Span))
        {
            throw Malformed("The body is not UTF-8.");
        }

        try
        {
            return ReadArray(body, organization, taskId);
        }
        catch (JsonException problem)
        {
            throw Malformed(WireReader.Sentence(problem, body.Span));
        }
    }

    static ImmutableArray<EventDraft> ReadArray(ReadOnlyMemory<byte> body, string organization, string taskId)
    {
        var reader = new Utf8JsonReader(body.Span, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            reader.Read();
            throw Refused(FieldErrorTypes.WrongType, "Expected an array of events, even for one.");
        }

        var drafts = new List<EventDraft>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            drafts.Add(ReadElement(ref reader, body, organization, taskId, drafts.Count));
        }

        // Throws when something follows the array.
        reader.Read();
        return ImmutableCollectionsMarshal.AsImmutableArray(drafts.ToArray());
    }

    static EventDraft ReadElement(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, string organization, string taskId, int index)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refused(FieldErrorTypes.WrongType, "Expected an event object.", index);
        }

        string? type = null;
        DateTimeOffset? time = null;
        var (hasTask, hasOrganization) = (false, false);
        ReadOnlyMemory<byte> data = "null"u8.ToArray();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                data = Value(ref reader, body);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                type = Type(ref reader, index);
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                time = Time(ref reader, index);
            }
            else if (reader.ValueTextEquals("task_id"u8))
            {
                Same(ref reader, taskId, "task_id", index);
                hasTask = true;
            }
            else if (reader.ValueTextEquals("organization_id"u8))
            {
                SameOrganization(ref reader, organization, index);
                hasOrganization = true;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        Require(type is not null, "type", index);
        Require(hasTask, "task_id", index);
        Require(hasOrganization, "organization_id", index);
        Require(time is not null, "time", index);
        return new EventDraft(type!, time!.Value, Storable(type!, data, index), EventKind.Pushed);
    }

    static ReadOnlyMemory<byte> Value(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    static string Type(ref Utf8JsonReader reader, int index)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("chunk"u8))
        {
            return TaskEventTypes.Chunk;
        }

        var type = Text(ref reader, "type", index);
        return type.Length is > 0 and <= LongestType ? type : throw Refused(FieldErrorTypes.NotAllowed, $"A type has 1 to {LongestType} characters, this one {type.Length}.", index, "type");
    }

    static DateTimeOffset Time(ref Utf8JsonReader reader, int index)
    {
        reader.Read();
        DateTimeOffset time;
        var isTime = reader.TokenType switch
        {
            JsonTokenType.String when !reader.ValueIsEscaped => WireTime.TryParse(reader.ValueSpan, out time),
            JsonTokenType.String => WireTime.TryParse(Text(ref reader, "time", index), out time),
            JsonTokenType.Number when reader.TryGetDouble(out var number) => WireTime.TryFromUnix(number, out time),
            _ => None(out time),
        };
        return isTime ? WireTime.Truncate(time) : throw Refused(FieldErrorTypes.WrongType, "Expected a time: ISO 8601 text or unix seconds.", index, "time");
    }

    static bool None(out DateTimeOffset time)
    {
        time = default;
        return false;
    }

    static void Same(ref Utf8JsonReader reader, string expected, string name, int index)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals(expected))
        {
            reader.Skip();
            throw Refused(FieldErrorTypes.NotAllowed, $"The event belongs to another task than the path: {name} must be '{expected}'.", index, name);
        }
    }

    static void SameOrganization(ref Utf8JsonReader reader, string expected, int index)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals(expected))
        {
            throw new ForeignEventException(index);
        }
    }

    static string Text(ref Utf8JsonReader reader, string name, int index)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw Refused(FieldErrorTypes.WrongType, "Expected a string.", index, name);
        }

        try
        {
            if (reader.GetString() is { } text && !text.Contains('\0'))
            {
                return text;
            }
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair; said below.
        }

        throw NoText(index, name);
    }

    static ReadOnlyMemory<byte> Storable(string type, ReadOnlyMemory<byte> data, int index)
    {
        // A token a worker forgot to redact must not be in the log (law 8).
        var secret = type == TaskEventTypes.AuthEvent ? "access_token" : null;
        return secret is null && AsciiJson.IsPlain(data.Span) ? data.ToArray() : AsciiJson.Normalize(data.Span, secret) ?? throw NoText(index, "data");
    }

    static void Require(bool isThere, string name, int index)
    {
        if (!isThere)
        {
            throw Refused(FieldErrorTypes.Missing, "Field required.", index, name);
        }
    }

    static ProtocolException NoText(int index, string name) =>
        Refused(FieldErrorTypes.InvalidText, $"Event {index}: a NUL or half a surrogate pair is not text; remove it.", index, name);

    static ProtocolException Refused(string type, string message, params IEnumerable<object> path) =>
        new([FieldError.InBody(type, message, path)], isMalformed: false);

    static ProtocolException Malformed(string message) => new([FieldError.InBody(FieldErrorTypes.InvalidJson, message)], isMalformed: true);
}
