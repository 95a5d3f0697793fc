using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>Reads the keywords that say something about a value itself: its type, size and form.</summary>
internal static class ValueKeywords
{
    /// <summary>Puts what the keyword says on its node; keywords of other kinds are passed over.</summary>
    public static void Read(SchemaKeyword keyword)
    {
        var node = keyword.Node;
        switch (keyword.Name)
        {
            case "type":
                node.Type = keyword.Value.ValueKind == JsonValueKind.String ? [keyword.String()] : keyword.Strings();
                break;
            case "enum":
                node.Enum = [.. keyword.Items()];
                break;
            case "const":
                node.Const = keyword.Value;
                break;
            case "multipleOf":
                node.MultipleOf = keyword.Number();
                break;
            case "maximum":
                node.Maximum = keyword.Number();
                break;
            case "exclusiveMaximum":
                node.ExclusiveMaximum = keyword.Number();
                break;
            case "minimum":
                node.Minimum = keyword.Number();
                break;
            case "exclusiveMinimum":
                node.ExclusiveMinimum = keyword.Number();
                break;
            case "maxLength":
                node.MaxLength = keyword.Count();
                break;
            case "minLength":
                node.MinLength = keyword.Count();
                break;
            case "pattern":
                node.Pattern = SchemaPattern.Parse(keyword.String(), keyword.Place);
                break;
            case "maxItems":
                node.MaxItems = keyword.Count();
                break;
            case "minItems":
                node.MinItems = keyword.Count();
                break;
            case "uniqueItems":
                node.UniqueItems = keyword.Value.ValueKind == JsonValueKind.True;
                break;
            case "maxContains":
                node.MaxContains = keyword.Count();
                break;
            case "minContains":
                node.MinContains = keyword.Count();
                break;
            case "maxProperties":
                node.MaxProperties = keyword.Count();
                break;
            case "minProperties":
                node.MinProperties = keyword.Count();
                break;
            case "required":
                node.Required = keyword.Strings();
                break;
            case "dependentRequired" when keyword.Value.ValueKind == JsonValueKind.Object:
                node.DependentRequired = keyword.Value.EnumerateObject()
                    .ToDictionary(entry => entry.Name, entry => (keyword with { Value = entry.Value }).Strings(), StringComparer.Ordinal);
                break;
        }
    }
}
