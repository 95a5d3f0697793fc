using System.Text.Json;

namespace Tasklight.Agents.Schema;

internal sealed partial class SchemaEvaluator
{
    private bool Typed(SchemaNode node, JsonElement value, InstancePath? path, Violations? found)
    {
        var valid = true;
        if (node.Type is { } types && !types.Any(type => Is(value, type)))
            valid = Wrong(found, path, node, "type", $"is {Named(value)}, but must be {string.Join(" or ", types.Select(Wording.Type))}");

        if (node.Enum is { } values)
        {
            Step(node, path, values.Count);
            if (!values.Any(allowed => JsonElement.DeepEquals(allowed, value)))
                valid = Wrong(found, path, node, "enum", $"is {Wording.Value(value)}, but must be one of {Wording.Values(values)}");
        }

        if (node.Const is { } only && !JsonElement.DeepEquals(only, value))
            valid = Wrong(found, path, node, "const", $"is {Wording.Value(value)}, but must be {Wording.Value(only)}");

        return valid;
    }

    private static bool Is(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("object", JsonValueKind.Object) => true,
        ("array", JsonValueKind.Array) => true,
        ("string", JsonValueKind.String) => true,
        ("number", JsonValueKind.Number) => true,
        ("integer", JsonValueKind.Number) => SchemaNumber.Read(value)?.IsInteger ?? false,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("null", JsonValueKind.Null) => true,
        _ => false,
    };

    private static string Named(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? $"{Wording.Kind(value)} ({Wording.Value(value)})" : Wording.Kind(value);

    private bool String(SchemaNode node, string text, InstancePath? path, Violations? found)
    {
        var valid = true;
        if (node.MinLength is not null || node.MaxLength is not null)
            valid &= Counted(node, Characters(text), "characters", node.MinLength, node.MaxLength, path, found);

        if (node.Pattern is { } pattern && !Matches(node, pattern, text, path))
            valid = Wrong(found, path, node, "pattern", $"does not match the regular expression {pattern.Text}");

        return valid;
    }

    // Characters are code points.
    private static int Characters(string text) => text.Length - text.Where((letter, index) =>
        char.IsLowSurrogate(letter) && index > 0 && char.IsHighSurrogate(text[index - 1])).Count();

    private static bool Counted(SchemaNode node, int count, string what, long? least, long? most, InstancePath? path, Violations? found)
    {
        var kind = what == "characters" ? "Length" : char.ToUpperInvariant(what[0]) + what[1..];
        if (count < least)
            return Wrong(found, path, node, "min" + kind, $"has {count} {what}, but must have at least {least}");

        return most is null || count <= most || Wrong(found, path, node, "max" + kind, $"has {count} {what}, but may have at most {most}");
    }

    private static bool Number(SchemaNode node, JsonElement value, InstancePath? path, Violations? found)
    {
        if (node is { MultipleOf: null, Maximum: null, Minimum: null, ExclusiveMaximum: null, ExclusiveMinimum: null })
            return true;

        if (SchemaNumber.Read(value) is not { } number)
            return Wrong(found, path, node, "type", "has too many digits to be checked");

        return Holds(node, "maximum", node.Maximum, limit => number.Compare(limit) <= 0, "at most", value, path, found)
            & Holds(node, "exclusiveMaximum", node.ExclusiveMaximum, limit => number.Compare(limit) < 0, "less than", value, path, found)
            & Holds(node, "minimum", node.Minimum, limit => number.Compare(limit) >= 0, "at least", value, path, found)
            & Holds(node, "exclusiveMinimum", node.ExclusiveMinimum, limit => number.Compare(limit) > 0, "more than", value, path, found)
            & Holds(node, "multipleOf", node.MultipleOf, number.IsMultipleOf, "a multiple of", value, path, found);
    }

    private static bool Holds(
        SchemaNode node, string keyword, SchemaNumber? limit, Func<SchemaNumber, bool> test, string wanted, JsonElement value, InstancePath? path, Violations? found) =>
        limit is not { } bound || test(bound) || Wrong(found, path, node, keyword, $"is {Wording.Value(value)}, but must be {wanted} {bound}");
}
