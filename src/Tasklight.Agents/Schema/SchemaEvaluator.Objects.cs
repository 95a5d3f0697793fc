using System.Text.Json;

namespace Tasklight.Agents.Schema;

internal sealed partial class SchemaEvaluator
{
    private bool Object(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found) =>
        Counted(node, value.GetPropertyCount(), "properties", node.MinProperties, node.MaxProperties, path, found)
        & Required(node, value, path, found)
        & Members(node, value, path, looked, found)
        & Unevaluated(node, value, path, looked, found);

    private static bool Required(SchemaNode node, JsonElement value, InstancePath? path, Violations? found)
    {
        var valid = true;
        foreach (var name in node.Required ?? [])
        {
            if (!value.TryGetProperty(name, out _))
                valid = Wrong(found, path, node, "required", $"lacks the required property {Wording.Name(name)}");
        }

        if (node.DependentRequired is null)
            return valid;

        foreach (var (name, others) in node.DependentRequired.Where(entry => value.TryGetProperty(entry.Key, out _)))
        {
            foreach (var other in others.Where(other => !value.TryGetProperty(other, out _)))
                valid = Wrong(found, path, node, "dependentRequired", $"has the property {Wording.Name(name)} and so must have {Wording.Name(other)} too");
        }

        return valid;
    }

    private bool Members(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        if (node.Properties is null && node.PatternProperties is null && node.AdditionalProperties is null && node.PropertyNames is null)
            return true;

        var valid = true;
        foreach (var member in value.EnumerateObject())
        {
            Step(node, path);
            valid &= Name(node, member.Name, path, found) & Member(node, member, new(path, member.Name), looked, found);
        }

        return valid;
    }

    private bool Name(SchemaNode node, string name, InstancePath? path, Violations? found)
    {
        if (node.PropertyNames is null)
            return true;

        var text = JsonSerializer.SerializeToElement(name);
        return Evaluate(node.PropertyNames, text, null, null, null)
            || Wrong(found, path, node, "propertyNames", $"has a property with the name {Wording.Name(name)}, which is not allowed");
    }

    private bool Member(SchemaNode node, JsonProperty member, InstancePath path, Evaluated? looked, Violations? found)
    {
        var valid = true;
        var known = false;
        if (node.Properties?.TryGetValue(member.Name, out var schema) == true)
        {
            known = true;
            valid &= Evaluate(schema, member.Value, path, null, found);
        }

        foreach (var (pattern, by) in node.PatternProperties ?? [])
        {
            if (Matches(node, pattern, member.Name, path))
            {
                known = true;
                valid &= Evaluate(by, member.Value, path, null, found);
            }
        }

        if (!known && node.AdditionalProperties is { } additional)
        {
            known = true;
            valid &= additional.Always == false
                ? Wrong(found, path.Parent, node, "additionalProperties", Unknown(node, member.Name))
                : Evaluate(additional, member.Value, path, null, found);
        }

        if (known)
            looked?.Property(member.Name);

        return valid;
    }

    private static string Unknown(SchemaNode node, string name)
    {
        var allowed = node.Properties is { Count: > 0 and <= 20 } known ? $"; allowed are {string.Join(", ", known.Keys.Select(Wording.Name))}" : "";
        return $"has the unknown property {Wording.Name(name)}{allowed}";
    }

    private bool Unevaluated(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        if (node.UnevaluatedProperties is not { } rest)
            return true;

        var valid = true;
        foreach (var member in value.EnumerateObject().Where(member => !looked!.HasProperty(member.Name)))
        {
            valid &= rest.Always == false
                ? Wrong(found, path, node, "unevaluatedProperties", Unknown(node, member.Name))
                : Evaluate(rest, member.Value, new(path, member.Name), null, found);
            looked!.Property(member.Name);
        }

        return valid;
    }

    private bool Matches(SchemaNode node, SchemaPattern pattern, string text, InstancePath? path)
    {
        // A linear match of a long text costs its length.
        Step(node, path, 1 + (text.Length / 64));
        return pattern.Matches(text) ?? throw new SchemaLimitException(
            InstancePath.Text(path), node.PathOf("pattern"), $"cannot be checked: the regular expression {Wording.Name(pattern.Text)} takes too long on it");
    }
}
