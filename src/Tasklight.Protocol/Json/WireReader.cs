using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Protocol;

/// <summary>
/// Reads request bodies strictly and says what is wrong in words: JSON that is malformed (also: deeper than 64, not UTF-8) is told apart
/// from JSON that does not fit; NUL and lone surrogates are refused; then the body's own rules (<see cref="IWireRequest"/>) are asked.
/// </summary>
public static class WireReader
{
    /// <summary>How deep a request body may nest.</summary>
    public const int MaxDepth = 64;

    internal static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    /// <summary>Reads one JSON value, with nothing behind it.</summary>
    /// <param name="utf8">The whole body.</param>
    /// <param name="type">Which type, from <see cref="ProtocolJson.Default"/>.</param>
    public static WireResult<T> Parse<T>(ReadOnlyMemory<byte> utf8, JsonTypeInfo<T> type)
    {
        List<FieldError> errors = [];
        if (!WireText.IsUtf8(utf8.Span))
        {
            return Malformed<T>("The body is not UTF-8.");
        }

        try
        {
            WireText.Check(utf8.Span, errors);
            if (errors.Count > 0)
            {
                return new WireResult<T>(errors, isMalformed: false);
            }

            var value = Read(utf8.Span, type);
            if (value is null)
            {
                var sentence = $"Expected {WireExpectation.Of(typeof(T))}, found null.";
                return new WireResult<T>([FieldError.InBody(FieldErrorTypes.WrongType, sentence)], isMalformed: false);
            }

            Validate(value, errors);
            return errors.Count == 0 ? new WireResult<T>(value) : new WireResult<T>(errors, isMalformed: false);
        }
        catch (JsonException problem)
        {
            return FindMalformation(utf8.Span) is { } malformation
                ? Malformed<T>(malformation)
                : new WireResult<T>([WireExpectation.Explain(problem, utf8)], isMalformed: false);
        }
    }

    internal static string Sentence(JsonException problem, ReadOnlySpan<byte> body) => body.IndexOfAnyExcept(" \t\r\n"u8) < 0
        ? "The body is empty: send JSON."
        : $"The body is not valid JSON at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1} of the line: "
        + $"no comments, no trailing commas, at most {MaxDepth} levels.";

    private static void Validate<T>(T value, List<FieldError> errors)
    {
        (value as IWireRequest)?.Validate(errors);
        if (value is not IReadOnlyList<IWireRequest?> list)
        {
            return;
        }

        WireRules.NoNulls(errors, list);
        for (var position = 0; position < list.Count; position++)
        {
            List<FieldError> own = [];
            list[position]?.Validate(own);
            errors.AddRange(own.Select(error => error with { Loc = [error.Loc[0], position, .. error.Loc.Skip(1)] }));
        }
    }

    private static T? Read<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        var value = JsonSerializer.Deserialize(ref reader, type);
        // Throws when something follows.
        reader.Read();
        return value;
    }

    private static WireResult<T> Malformed<T>(string sentence) =>
        new([FieldError.InBody(FieldErrorTypes.InvalidJson, sentence)], isMalformed: true);

    // Only on the way to an error: the serializer does not say which of the two kinds it met.
    private static string? FindMalformation(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, ReaderOptions);
            while (reader.Read())
            {
                // Reading to the end is the check.
            }

            return null;
        }
        catch (JsonException problem)
        {
            return Sentence(problem, utf8);
        }
    }
}
