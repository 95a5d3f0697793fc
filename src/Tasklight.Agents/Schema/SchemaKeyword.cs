using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>A keyword of a schema with its value, read as what it must be.</summary>
/// <param name="Node">The schema.</param>
/// <param name="Name">The keyword.</param>
/// <param name="Value">Its value.</param>
internal readonly record struct SchemaKeyword(SchemaNode Node, string Name, JsonElement Value)
{
    /// <summary>Where its value stands in the document.</summary>
    public string Pointer => $"{Node.Pointer}/{Name}";

    /// <summary>Where it stands, for messages.</summary>
    public string Place => Node.PathOf(Name);

    public JsonElement.ArrayEnumerator Items()
    {
        Must(Value.ValueKind == JsonValueKind.Array, "an array");
        return Value.EnumerateArray();
    }

    public IReadOnlyList<string> Strings()
    {
        var texts = new List<string>();
        foreach (var item in Items())
            texts.Add((this with { Value = item }).String());

        return texts;
    }

    public string String()
    {
        Must(Value.ValueKind == JsonValueKind.String, "a string");
        return Value.GetString()!;
    }

    public SchemaNumber Number()
    {
        Must(Value.ValueKind == JsonValueKind.Number, "a number");
        return SchemaNumber.Read(Value) ?? throw new SchemaException($"The number at {Place} has too many digits.");
    }

    /// <summary>A number of things; 2.0 is an integer too.</summary>
    public long Count()
    {
        var number = Number();
        Must(number.IsInteger && number.Mantissa.Sign >= 0, "an integer of at least 0");
        return Value.TryGetDecimal(out var count) && count <= long.MaxValue ? (long)count : long.MaxValue;
    }

    /// <summary>Says what the value must be, unless it is.</summary>
    /// <exception cref="SchemaException">It is not.</exception>
    public void Must(bool holds, string wanted)
    {
        if (!holds)
            throw new SchemaException($"{Place} of the schema must be {wanted}; it is {Wording.Kind(Value)}.");
    }
}
