using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Protocol;

/// <summary>
/// Reads single values of a <see cref="TaskPatch"/>; false = the value cannot be used. The reader then stands anywhere inside the value: the
/// caller goes back to its start and skips it.
/// </summary>
internal static class TaskPatchValues
{
    public static bool Text(ref Utf8JsonReader reader, out string? value)
    {
        value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return value is not null;
    }

    public static bool ShortText(ref Utf8JsonReader reader, out string? value)
    {
        var isText = Text(ref reader, out value);
        if (value?.Length > TaskPatch.LongestInternalStatus)
        {
            var end = TaskPatch.LongestInternalStatus;
            value = value[..(char.IsHighSurrogate(value[end - 1]) ? end - 1 : end)];
        }

        return isText;
    }

    // [null] is what the baseline client makes of an absent key (contract: README §4.4).
    public static bool TextOrArtefact(ref Utf8JsonReader reader, out string? value)
    {
        value = null;
        return IsListOf(ref reader, JsonTokenType.Null) || Text(ref reader, out value);
    }

    private static bool IsListOf(ref Utf8JsonReader reader, JsonTokenType only)
    {
        var ahead = reader;
        if (ahead.TokenType != JsonTokenType.StartArray || !ahead.Read() || ahead.TokenType != only)
        {
            return false;
        }

        // An array inside must be empty; Read stands on its end then.
        if (only == JsonTokenType.StartArray && (!ahead.Read() || ahead.TokenType != JsonTokenType.EndArray))
        {
            return false;
        }

        if (!ahead.Read() || ahead.TokenType != JsonTokenType.EndArray)
        {
            return false;
        }

        reader = ahead;
        return true;
    }

    public static bool Mode(ref Utf8JsonReader reader, out ThinkMode value) => Word(ref reader, ThinkModeConverter.Words, out value);

    public static bool Format(ref Utf8JsonReader reader, out OutputFormat? value)
    {
        var isWord = Word(ref reader, OutputFormatConverter.Words, out OutputFormat format);
        value = format;
        return isWord;
    }

    private static bool Word<T>(ref Utf8JsonReader reader, string[] words, out T value)
        where T : struct, Enum
    {
        var index = reader.TokenType == JsonTokenType.String ? Array.IndexOf(words, reader.GetString()) : -1;
        value = index < 0 ? default : Unsafe.BitCast<int, T>(index);
        return index >= 0;
    }

    public static bool Flag(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    public static bool Seconds(ref Utf8JsonReader reader, out double value)
    {
        value = default;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out value) && double.IsFinite(value) && value >= 0;
    }

    public static bool Count(ref Utf8JsonReader reader, out int value)
    {
        value = default;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out value) && value >= 1;
    }

    public static bool Time(ref Utf8JsonReader reader, out DateTimeOffset? value)
    {
        var isTime = WireTimeConverter.TryRead(ref reader, out var time);
        value = time;
        return isTime;
    }

    public static bool FreeObject(ref Utf8JsonReader reader, out JsonElement? value)
    {
        value = reader.TokenType == JsonTokenType.StartObject ? JsonElement.ParseValue(ref reader) : null;
        return value is not null;
    }

    public static bool FreeObjectOrMask(ref Utf8JsonReader reader, out JsonElement? value)
    {
        var isMask = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(SecretMask.Text);
        value = isMask || reader.TokenType == JsonTokenType.StartObject ? JsonElement.ParseValue(ref reader) : null;
        return value is not null;
    }

    public static Optional<string> Unmasked(Optional<string?> secret) => secret.Value is null or SecretMask.Text ? default : new Optional<string>(secret.Value);

    public static Optional<JsonElement> Unmasked(Optional<JsonElement?> secret) =>
        secret.Value is { } value && !HoldsMask(value) ? value : default(Optional<JsonElement>);

    private static bool HoldsMask(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.ValueEquals(SecretMask.Text),
        JsonValueKind.Object => element.EnumerateObject().Any(property => HoldsMask(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HoldsMask),
        _ => false,
    };

    public static bool TokenCounts(ref Utf8JsonReader reader, out Tokens value) => Typed(ref reader, ProtocolJson.Default.Tokens, out value);

    public static bool Names(ref Utf8JsonReader reader, out IReadOnlyList<string> value) =>
        Typed(ref reader, ProtocolJson.Default.IReadOnlyListString, out value) && !value.Contains(null!);

    public static bool Plan(ref Utf8JsonReader reader, out DeepPlanning value) =>
        Typed(ref reader, ProtocolJson.Default.DeepPlanning, out value) && !value.Tasks.Contains(null!);

    public static bool Servers(ref Utf8JsonReader reader, out IReadOnlyList<MCPServerDetails> value)
    {
        value = [];
        return IsListOf(ref reader, JsonTokenType.StartArray) || IsListOf(ref reader, JsonTokenType.Null)
            || (Typed(ref reader, ProtocolJson.Default.IReadOnlyListMCPServerDetails, out value) && !value.Contains(null!));
    }

    public static bool Approval(ref Utf8JsonReader reader, out HumanInTheLoopRequest? value)
    {
        var isTyped = Typed<HumanInTheLoopRequest>(ref reader, ProtocolJson.Default.HumanInTheLoopRequest, out var request);
        // The older form has operation_id only; clients need wait_node_id (contract: README §4.7).
        value = isTyped && request.WaitNodeId.Length == 0 ? request with { WaitNodeId = request.OperationId ?? "" } : request;
        return isTyped && value.WaitNodeId.Length > 0;
    }

    public static bool Login(ref Utf8JsonReader reader, out PendingECARequest? value)
    {
        var isTyped = Typed<PendingECARequest>(ref reader, ProtocolJson.Default.PendingECARequest, out var request);
        value = request;
        return isTyped && request.ConnectorName.Length > 0 && request.AuthUrl.Length > 0;
    }

    private static bool Typed<T>(ref Utf8JsonReader reader, JsonTypeInfo<T> type, out T value)
        where T : class
    {
        try
        {
            value = JsonSerializer.Deserialize(ref reader, type)!;
            return value is not null;
        }
        catch (JsonException)
        {
            // The wrong types inside; malformed JSON is met again, and reported, when the value is skipped.
            value = null!;
            return false;
        }
    }
}
