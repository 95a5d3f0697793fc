using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>Reads schema documents into nodes, once, and ties their references. Only documents that something refers to are read.</summary>
internal sealed class SchemaCompiler(IReadOnlyDictionary<string, JsonElement> documents)
{
    /// <summary>The base address of a schema without one.</summary>
    public const string Here = "schema://here/";

    private const int Deepest = 128;

    private readonly Dictionary<string, JsonElement> _documents =
        documents.ToDictionary(entry => Absolute(Here, WithoutFragment(entry.Key), "the documents"), entry => entry.Value, StringComparer.Ordinal);

    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly Queue<Action> _references = new();
    private int _depth;

    /// <summary>Whether any schema that was read cares what other ones looked at.</summary>
    public bool UsesUnevaluated { get; private set; }

    public SchemaNode CompileRoot(JsonElement schema)
    {
        var root = Document(Here, schema);
        while (_references.TryDequeue(out var tie))
            tie();

        return root;
    }

    private SchemaNode Document(string uri, JsonElement schema)
    {
        var document = new SchemaDocument(uri, schema);
        var resource = new SchemaResource(uri, schema, "", document);
        var root = Node(schema, resource, "");
        _resources[uri] = root.Resource;
        return root;
    }

    private SchemaNode Node(JsonElement schema, SchemaResource around, string pointer)
    {
        if (++_depth > Deepest)
            throw new SchemaException($"The schema is nested deeper than {Deepest} at {Shown(pointer)}.");

        var resource = schema.ValueKind == JsonValueKind.Object ? ResourceOf(schema, around, pointer) : around;
        var node = new SchemaNode(resource, pointer);
        resource.Document.Nodes[pointer] = node;
        switch (schema.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                node.Always = schema.ValueKind == JsonValueKind.True;
                break;
            case JsonValueKind.Object:
                Read(node, schema);
                break;
            default:
                throw new SchemaException($"A schema is an object, true or false; at {Shown(pointer)} is {Wording.Kind(schema)}.");
        }

        _depth--;
        return node;
    }

    private SchemaResource ResourceOf(JsonElement schema, SchemaResource around, string pointer)
    {
        var resource = around;
        if (Text(schema, "$id") is { } id)
        {
            resource = new(Absolute(around.Uri, WithoutFragment(id), pointer), schema, pointer, around.Document) { Validates = around.Validates };
            _resources[resource.Uri] = resource;
        }

        if (Text(schema, "$schema") is { } dialect && (resource != around || pointer.Length == 0))
            resource.Validates = Validates(dialect);

        return resource;
    }

    // A dialect that is not at hand, an older draft say, is read as 2020-12.
    private bool Validates(string dialect)
    {
        if (!Found(WithoutFragment(dialect), out var meta) || meta.ValueKind != JsonValueKind.Object || !meta.TryGetProperty("$vocabulary", out var vocabulary))
            return true;

        var unknown = vocabulary.EnumerateObject().FirstOrDefault(entry => entry.Value.ValueKind == JsonValueKind.True && !MetaSchemas.Knows(entry.Name));
        if (unknown.Value.ValueKind == JsonValueKind.True)
            throw new SchemaException($"The schema's dialect {dialect} asks for the vocabulary {unknown.Name}, which is not known here.");

        return vocabulary.TryGetProperty(MetaSchemas.Validation, out _);
    }

    private void Read(SchemaNode node, JsonElement schema)
    {
        Anchors(node, schema);
        foreach (var entry in schema.EnumerateObject())
        {
            var keyword = new SchemaKeyword(node, entry.Name, entry.Value);
            Core(keyword);
            Combining(keyword);
            Arrays(keyword);
            Objects(keyword);
            if (node.Resource.Validates)
                ValueKeywords.Read(keyword);
        }
    }

    private static void Anchors(SchemaNode node, JsonElement schema)
    {
        if (Text(schema, "$anchor") is { } anchor)
            node.Resource.Anchors[anchor] = node;

        if (Text(schema, "$dynamicAnchor") is not { } dynamic)
            return;

        node.Resource.Anchors[dynamic] = node;
        node.Resource.DynamicAnchors[dynamic] = node;
    }

    private void Core(SchemaKeyword keyword)
    {
        var node = keyword.Node;
        switch (keyword.Name)
        {
            case "$ref":
                var target = keyword.String();
                _references.Enqueue(() => node.Ref = Resolve(keyword, target));
                break;
            case "$dynamicRef":
                var dynamic = keyword.String();
                _references.Enqueue(() => TieDynamic(keyword, dynamic));
                break;
            case "$defs" or "definitions" when keyword.Value.ValueKind == JsonValueKind.Object:
                Map(keyword);
                break;
        }
    }

    private void Combining(SchemaKeyword keyword)
    {
        var node = keyword.Node;
        switch (keyword.Name)
        {
            case "allOf":
                node.AllOf = Sequence(keyword);
                break;
            case "anyOf":
                node.AnyOf = Sequence(keyword);
                break;
            case "oneOf":
                node.OneOf = Sequence(keyword);
                break;
            case "not":
                node.Not = Child(keyword);
                break;
            case "if":
                node.If = Child(keyword);
                break;
            case "then":
                node.Then = Child(keyword);
                break;
            case "else":
                node.Else = Child(keyword);
                break;
            case "dependentSchemas":
                node.DependentSchemas = Map(keyword);
                break;
        }
    }

    private void Arrays(SchemaKeyword keyword)
    {
        var node = keyword.Node;
        switch (keyword.Name)
        {
            case "prefixItems":
                node.PrefixItems = Sequence(keyword);
                break;
            case "items":
                node.Items = Child(keyword);
                break;
            case "contains":
                node.Contains = Child(keyword);
                break;
            case "unevaluatedItems":
                UsesUnevaluated = true;
                node.UnevaluatedItems = Child(keyword);
                break;
        }
    }

    private void Objects(SchemaKeyword keyword)
    {
        var node = keyword.Node;
        switch (keyword.Name)
        {
            case "properties":
                node.Properties = Map(keyword);
                break;
            case "patternProperties":
                node.PatternProperties = [.. Map(keyword)
                    .Select(entry => KeyValuePair.Create(SchemaPattern.Parse(entry.Key, keyword.Place), entry.Value))];
                break;
            case "additionalProperties":
                node.AdditionalProperties = Child(keyword);
                break;
            case "propertyNames":
                node.PropertyNames = Child(keyword);
                break;
            case "unevaluatedProperties":
                UsesUnevaluated = true;
                node.UnevaluatedProperties = Child(keyword);
                break;
        }
    }

    private void TieDynamic(SchemaKeyword keyword, string reference)
    {
        var node = keyword.Node;
        node.DynamicRef = Resolve(keyword, reference);
        var name = Fragment(reference);
        var isDynamic = node.DynamicRef.Resource.DynamicAnchors.TryGetValue(name, out var anchored) && anchored == node.DynamicRef;
        node.DynamicName = isDynamic ? name : null;
    }

    private SchemaNode Resolve(SchemaKeyword keyword, string reference)
    {
        var node = keyword.Node;
        var resource = ResourceAt(reference.StartsWith('#') ? node.Resource.Uri : Absolute(node.Resource.Uri, WithoutFragment(reference), keyword.Place));
        if (resource is null)
            throw new SchemaException($"'{reference}' at {keyword.Place} refers to a schema that is not there; nothing is fetched.");

        var fragment = Uri.UnescapeDataString(Fragment(reference));
        var target = fragment.Length == 0 || fragment[0] == '/' ? NodeAt(resource, fragment) : resource.Anchors.GetValueOrDefault(fragment);
        return target ?? throw new SchemaException($"'{reference}' at {keyword.Place} refers to a place that is not there.");
    }

    private SchemaResource? ResourceAt(string uri)
    {
        if (_resources.TryGetValue(uri, out var known))
            return known;

        if (!Found(uri, out var element))
            return null;

        Document(uri, element.Clone());
        return _resources[uri];
    }

    private bool Found(string uri, out JsonElement element) => _documents.TryGetValue(uri, out element) || MetaSchemas.All.TryGetValue(uri, out element);

    private SchemaNode? NodeAt(SchemaResource resource, string pointer)
    {
        var whole = resource.Pointer + pointer;
        if (resource.Document.Nodes.TryGetValue(whole, out var known))
            return known;

        // A place that no keyword makes a schema of, but a reference does.
        var element = resource.Root;
        foreach (var step in pointer.Split('/').Skip(1))
        {
            if (Step(element, step.Replace("~1", "/").Replace("~0", "~")) is not { } next)
                return null;

            element = next;
        }

        return Node(element, resource, whole);
    }

    private static JsonElement? Step(JsonElement element, string step) => element.ValueKind switch
    {
        JsonValueKind.Object when element.TryGetProperty(step, out var value) => value,
        JsonValueKind.Array when int.TryParse(step, out var index) && index >= 0 && index < element.GetArrayLength() => element[index],
        _ => null,
    };

    private SchemaNode Child(SchemaKeyword keyword) => Node(keyword.Value, keyword.Node.Resource, keyword.Pointer);

    private List<SchemaNode> Sequence(SchemaKeyword keyword) =>
        [.. keyword.Items().Select((item, index) => Node(item, keyword.Node.Resource, $"{keyword.Pointer}/{index}"))];

    private Dictionary<string, SchemaNode> Map(SchemaKeyword keyword)
    {
        keyword.Must(keyword.Value.ValueKind == JsonValueKind.Object, "an object of schemas");
        var map = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var entry in keyword.Value.EnumerateObject())
            map[entry.Name] = Node(entry.Value, keyword.Node.Resource, $"{keyword.Pointer}/{InstancePath.Escape(entry.Name)}");

        return map;
    }

    private static string? Text(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Absolute(string around, string reference, string place) =>
        Uri.TryCreate(reference, UriKind.Absolute, out var whole) && !reference.StartsWith('/') ? whole.AbsoluteUri
        : Uri.TryCreate(new Uri(around), reference, out var joined) ? joined.AbsoluteUri
        : throw new SchemaException($"'{reference}' at {Shown(place)} is not a URI reference.");

    private static string WithoutFragment(string reference) => reference.Split('#')[0];

    private static string Fragment(string reference) => reference.IndexOf('#') is var at and >= 0 ? reference[(at + 1)..] : "";

    private static string Shown(string pointer) => pointer.Length == 0 ? "its top" : pointer;
}
