using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>One check of one value. Every step is counted, so that no schema can make it run for long.</summary>
internal sealed partial class SchemaEvaluator(bool tracks)
{
    private const int Deepest = 400;
    private const int MostSteps = 2_000_000;

    private readonly List<SchemaResource> _scope = [];
    private int _depth;
    private int _steps;

    /// <summary>Whether the value keeps to the schema.</summary>
    /// <param name="node">The schema.</param>
    /// <param name="value">The value.</param>
    /// <param name="path">Where the value is.</param>
    /// <param name="marks">Told what the schema looked at, if the value keeps to it; null when nobody asks.</param>
    /// <param name="found">Told what is wrong; null when only the answer counts.</param>
    public bool Evaluate(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? marks, Violations? found)
    {
        if (node.Always is { } always)
            return always || Wrong(found, path, node, "", "is not allowed here");

        Enter(node, path);
        var looked = tracks && (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) ? new Evaluated() : null;
        var valid = References(node, value, path, looked, found)
            & Combined(node, value, path, looked, found)
            & Typed(node, value, path, found)
            & OfKind(node, value, path, looked, found);
        _depth--;
        _scope.RemoveAt(_scope.Count - 1);
        if (valid && looked is not null)
            marks?.Add(looked);

        return valid;
    }

    private void Enter(SchemaNode node, InstancePath? path)
    {
        Step(node, path);
        if (++_depth > Deepest)
        {
            throw new SchemaLimitException(
                InstancePath.Text(path), node.PathOf("$ref"), $"cannot be checked: value and schema are nested deeper than {Deepest}, or the schema refers to itself without end");
        }

        _scope.Add(node.Resource);
    }

    private void Step(SchemaNode node, InstancePath? path, int steps = 1)
    {
        _steps += steps;
        if (_steps > MostSteps)
            throw new SchemaLimitException(InstancePath.Text(path), node.PathOf(""), $"cannot be checked: that takes more than {MostSteps} steps");
    }

    private bool References(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found)
    {
        var valid = node.Ref is null || Evaluate(node.Ref, value, path, looked, found);
        return node.DynamicRef is null ? valid : valid & Evaluate(Dynamic(node), value, path, looked, found);
    }

    // The outermost schema on the way here that has the anchor.
    private SchemaNode Dynamic(SchemaNode node) =>
        node.DynamicName is { } name && _scope.Find(resource => resource.DynamicAnchors.ContainsKey(name)) is { } outermost
            ? outermost.DynamicAnchors[name]
            : node.DynamicRef!;

    private bool OfKind(SchemaNode node, JsonElement value, InstancePath? path, Evaluated? looked, Violations? found) => value.ValueKind switch
    {
        JsonValueKind.Object => Object(node, value, path, looked, found),
        JsonValueKind.Array => Array(node, value, path, looked, found),
        JsonValueKind.String => String(node, value.GetString()!, path, found),
        JsonValueKind.Number => Number(node, value, path, found),
        _ => true,
    };

    private static bool Wrong(Violations? found, InstancePath? path, SchemaNode node, string keyword, string message)
    {
        if (found is { IsFull: false })
            found.Add(new(InstancePath.Text(path), node.PathOf(keyword), message));

        return false;
    }
}
