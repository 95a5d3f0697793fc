using System.Text.Json;

namespace Tasklight.Agents.Schema;

internal sealed partial class SchemaEvaluator
{
    private bool Array(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found) =>
        Counted(node, value.GetArrayLength(), "items", node.MinItems, node.MaxItems, path, found)
        & Unique(node, value, path, found)
        & Items(node, value, path, looked, found)
        & Containing(node, value, path, looked, found)
        & UnevaluatedItems(node, value, path, looked, found);

    private bool Unique(SchemaNode node, JsonElement value, InstancePath? path, Violations? found)
    {
        if (!node.UniqueItems)
            return true;

        var seen = new Dictionary<JsonElement, int>(JsonEquality.Instance);
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Step(node, path);
            if (!seen.TryAdd(item, index))
                return Wrong(found, path, node, "uniqueItems", $"has the same item twice, at {seen[item]} and {index}");

            index++;
        }

        return true;
    }

    private bool Items(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var prefix = node.PrefixItems ?? [];
        if (prefix.Count == 0 && node.Items is null)
            return true;

        var valid = true;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if ((index < prefix.Count ? prefix[index] : node.Items) is not { } schema)
                break;

            valid &= Evaluate(schema, item, new(path, Position(index)), null, found);
            index++;
        }

        looked?.ItemsBelow(index);
        return valid;
    }

    private bool Containing(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        if (node.Contains is null)
            return true;

        var (count, index) = (0L, 0);
        foreach (var item in value.EnumerateArray())
        {
            if (Evaluate(node.Contains, item, new(path, Position(index)), null, null))
            {
                count++;
                looked?.Item(index);
            }

            index++;
        }

        var least = node.MinContains ?? 1;
        if (count < least)
            return Wrong(found, path, node, node.MinContains is null ? "contains" : "minContains", $"has {count} items of the wanted form, but must have at least {least}");

        return node.MaxContains is not { } most || count <= most
            || Wrong(found, path, node, "maxContains", $"has {count} items of the wanted form, but may have at most {most}");
    }

    private bool UnevaluatedItems(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        if (node.UnevaluatedItems is not { } rest)
            return true;

        var (valid, index) = (true, 0);
        foreach (var item in value.EnumerateArray())
        {
            if (!looked!.HasItem(index))
            {
                valid &= rest.Always == false
                    ? Wrong(found, path, node, "unevaluatedItems", $"has an item at {index} which is not allowed")
                    : Evaluate(rest, item, new(path, Position(index)), null, found);
            }

            index++;
        }

        looked!.ItemsBelow(index);
        return valid;
    }

    private static string Position(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
