using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Turns the serializer's complaint about a type into a sentence for the sender.</summary>
internal static class WireExpectation
{
    private const string AnObject = "an object";
    private const string SerializersOwnWords = "The JSON value could not be converted to ";

    public static FieldError Explain(JsonException problem, ReadOnlyMemory<byte> utf8)
    {
        var path = FieldPath.FromJsonPath(problem.Path);
        path.AddRange(FieldPath.FromJsonPath((problem.InnerException as JsonException)?.Path).Skip(1));
        if (!problem.Message.StartsWith(SerializersOwnWords, StringComparison.Ordinal))
        {
            var isWord = problem.Message.StartsWith('\'');
            return new FieldError { Loc = path, Msg = problem.Message, Type = isWord ? FieldErrorTypes.NotAllowed : FieldErrorTypes.WrongType };
        }

        return new FieldError { Loc = path, Msg = $"Expected {Expected(problem)}, found {Found(path, utf8)}.", Type = FieldErrorTypes.WrongType };
    }

    public static string Of(Type type) => Of(type.FullName ?? type.Name);

    // Inside a record the serializer's sentence names the record, but the reader's own complaint still says what was asked of it.
    private static string Expected(JsonException problem)
    {
        var named = Of(problem.Message[SerializersOwnWords.Length..]);
        return problem.GetBaseException().Message switch
        {
            var asked when asked.EndsWith("as a string.", StringComparison.Ordinal) => "a string",
            var asked when asked.EndsWith("as a boolean.", StringComparison.Ordinal) => "true or false",
            var asked when asked.EndsWith("an Int32.", StringComparison.Ordinal) || asked.EndsWith("an Int64.", StringComparison.Ordinal) => "a whole number",
            var asked when asked.EndsWith("as a number.", StringComparison.Ordinal) && named == AnObject => "a number",
            _ => named,
        };
    }

    private static string Of(string clrType) => clrType switch
    {
        _ when Names(clrType, "System.String") => "a string",
        _ when Names(clrType, "System.Boolean") => "true or false",
        _ when Names(clrType, "System.Int32") || Names(clrType, "System.Int64") => "a whole number",
        _ when Names(clrType, "System.Double") => "a number",
        _ when Names(clrType, "System.Collections.Generic.IReadOnlyDictionary`2") => "an object of strings",
        _ when Names(clrType, "System.Collections.Generic.") || clrType.Split(". Path", 2)[0].EndsWith("[]", StringComparison.Ordinal) => "an array",
        _ => AnObject,
    };

    // Nullable<int> prints as System.Nullable`1[System.Int32].
    private static bool Names(string clrType, string name) =>
        clrType.StartsWith(name, StringComparison.Ordinal) || clrType.StartsWith($"System.Nullable`1[{name}]", StringComparison.Ordinal)
        || clrType.StartsWith($"System.Nullable`1[[{name},", StringComparison.Ordinal);

    private static string Found(List<object> path, ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8);
        var at = document.RootElement;
        foreach (var part in path.Skip(1))
        {
            if (Below(at, part) is not { } next)
            {
                return "something else";
            }

            at = next;
        }

        return at.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            JsonValueKind.Number => at.TryGetInt64(out _) ? "a number" : "a number with a fraction or too large",
            JsonValueKind.String => "a string",
            JsonValueKind.Array => "an array",
            _ => "an object",
        };
    }

    private static JsonElement? Below(JsonElement at, object part) => (part, at.ValueKind) switch
    {
        (int position, JsonValueKind.Array) when position < at.GetArrayLength() => at[position],
        (string key, JsonValueKind.Object) when at.TryGetProperty(key, out var value) => value,
        _ => null,
    };
}
