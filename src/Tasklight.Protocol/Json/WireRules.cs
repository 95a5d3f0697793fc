using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Rules that several request bodies share; each adds an error when it is broken. Null always passes: it means "not given".</summary>
internal static class WireRules
{
    private const int LongestId = 255;

    public static void Object(ICollection<FieldError> errors, JsonElement? value, params IEnumerable<object> path)
    {
        if (value is { ValueKind: not JsonValueKind.Object })
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.WrongType, "Expected an object or null.", path));
        }
    }

    /// <summary>Readers differ in which of two equal keys they take, so what a person approves has each once.</summary>
    public static void OneOfEachKey(ICollection<FieldError> errors, JsonElement? value, params IEnumerable<object> path)
    {
        switch (value)
        {
            case { ValueKind: JsonValueKind.Object } parent:
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var member in parent.EnumerateObject())
                {
                    if (!seen.Add(member.Name))
                    {
                        errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "This key is there twice; send it once.", [.. path, member.Name]));
                    }

                    OneOfEachKey(errors, member.Value, [.. path, member.Name]);
                }

                break;
            case { ValueKind: JsonValueKind.Array } list:
                foreach (var (position, item) in list.EnumerateArray().Index())
                {
                    OneOfEachKey(errors, item, [.. path, position]);
                }

                break;
        }
    }

    public static void NoNulls<T>(ICollection<FieldError> errors, IReadOnlyList<T> list, params IEnumerable<object> path)
        where T : class?
    {
        for (var position = 0; position < list.Count; position++)
        {
            if (list[position] is null)
            {
                errors.Add(FieldError.InBody(FieldErrorTypes.WrongType, "null is not allowed in this list.", [.. path, position]));
            }
        }
    }

    public static void InRange(ICollection<FieldError> errors, double? value, double lowest, double highest, params IEnumerable<object> path)
    {
        if (value < lowest || value > highest)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, Sentence(value.Value, lowest, highest), path));
        }
    }

    // A limit that is only the number's own size says nothing to anybody.
    private static string Sentence(double value, double lowest, double highest) => value < lowest && highest >= int.MaxValue
        ? FormattableString.Invariant($"{value} is less than {lowest}.")
        : FormattableString.Invariant($"{value} is not between {lowest} and {highest}.");

    public static void OneOf(ICollection<FieldError> errors, string? value, IReadOnlyList<string> words, params IEnumerable<object> path)
    {
        if (value is not null && !words.Contains(value, StringComparer.Ordinal))
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, $"{JsonFound.Quote(value)} is not one of: {string.Join(", ", words)}.", path));
        }
    }

    public static void Required(ICollection<FieldError> errors, string? value, params IEnumerable<object> path)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.Missing, "Field required: a text that is not empty.", path));
        }
    }

    /// <summary>An id stands in addresses, where dots alone are a step elsewhere.</summary>
    public static void Id(ICollection<FieldError> errors, string? value, params IEnumerable<object> path)
    {
        if (value is "." or ".." || value?.Length > LongestId || value?.Any(letter => letter is '/' or '\\' || char.IsControl(letter)) == true)
        {
            errors.Add(FieldError.InBody(
                FieldErrorTypes.NotAllowed, $"An id has at most {LongestId} characters, without slashes and control characters, and is neither '.' nor '..'.", path));
        }
    }
}
