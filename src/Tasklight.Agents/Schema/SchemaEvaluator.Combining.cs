using System.Text.Json;

namespace Tasklight.Agents.Schema;

internal sealed partial class SchemaEvaluator
{
    private bool Combined(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var valid = true;
        foreach (var part in node.AllOf ?? [])
            valid &= Evaluate(part, value, path, looked, found);

        if (node.AnyOf is not null)
            valid &= AnyOf(node, node.AnyOf, value, path, looked, found);

        if (node.OneOf is not null)
            valid &= OneOf(node, node.OneOf, value, path, looked, found);

        if (node.Not is not null && Evaluate(node.Not, value, path, null, null))
            valid = Wrong(found, path, node, "not", "is of a form that is excluded");

        if (node.If is not null)
            valid &= Conditional(node, node.If, value, path, looked, found);

        if (node.DependentSchemas is not null && value.ValueKind == JsonValueKind.Object)
            valid &= Dependents(node.DependentSchemas, value, path, looked, found);

        return valid;
    }

    private bool AnyOf(SchemaNode node, IReadOnlyList<SchemaNode> forms, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var any = false;
        foreach (var form in forms)
        {
            any |= Evaluate(form, value, path, looked, null);
            if (any && looked is null)
                return true;
        }

        return any || None(node, "anyOf", forms, value, path, found);
    }

    private bool OneOf(SchemaNode node, IReadOnlyList<SchemaNode> forms, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var matching = new List<int>();
        for (var i = 0; i < forms.Count; i++)
        {
            if (Evaluate(forms[i], value, path, looked, null))
                matching.Add(i);
        }

        return matching.Count switch
        {
            1 => true,
            0 => None(node, "oneOf", forms, value, path, found),
            _ => Wrong(found, path, node, "oneOf", $"is of {matching.Count} of the {forms.Count} allowed forms (number {string.Join(", ", matching)}), but must be of exactly one"),
        };
    }

    // Tells what is wrong with the form that was probably meant: of the right type, and with the fewest mistakes.
    private bool None(SchemaNode node, string keyword, IReadOnlyList<SchemaNode> forms, JsonElement value, InstancePath? path, Violations? found)
    {
        if (found is null || found.IsFull)
            return false;

        var here = InstancePath.Text(path);
        var closest = forms
            .Select(form =>
            {
                var mistakes = new Violations();
                Evaluate(form, value, path, null, mistakes);
                return mistakes.List;
            })
            .MinBy(mistakes => mistakes.Count + (mistakes.Exists(mistake => mistake.InstancePath == here && IsAboutKind(mistake)) ? Violations.Most : 0));
        Wrong(found, path, node, keyword, $"is of none of the {forms.Count} allowed forms; what the closest one misses follows");
        foreach (var mistake in closest ?? [])
            found.Add(mistake);

        return false;
    }

    private static bool IsAboutKind(SchemaViolation violation) =>
        violation.SchemaPath.EndsWith("/type", StringComparison.Ordinal) || violation.SchemaPath.EndsWith("/const", StringComparison.Ordinal);

    private bool Conditional(SchemaNode node, SchemaNode condition, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var then = Evaluate(condition, value, path, looked, null) ? node.Then : node.Else;
        return then is null || Evaluate(then, value, path, looked, found);
    }

    private bool Dependents(IReadOnlyDictionary<string, SchemaNode> schemas, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var valid = true;
        foreach (var (property, schema) in schemas)
        {
            if (value.TryGetProperty(property, out _))
                valid &= Evaluate(schema, value, path, looked, found);
        }

        return valid;
    }
}
