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
        foreach (var keyword in schema.EnumerateObject())
        {
            Core(node, keyword.Name, keyword.Value);
            Combining(node, keyword.Name, keyword.Value);
            Arrays(node, keyword.Name, keyword.Value);
            Objects(node, keyword.Name, keyword.Value);
            if (node.Resource.Validates)
                Values(node, keyword.Name, keyword.Value);
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

    private void Core(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "$ref":
                var target = String(node, keyword, value);
                _references.Enqueue(() => node.Ref = Resolve(node, keyword, target));
                break;
            case "$dynamicRef":
                var dynamic = String(node, keyword, value);
                _references.Enqueue(() => TieDynamic(node, keyword, dynamic));
                break;
            case "$defs" or "definitions" when value.ValueKind == JsonValueKind.Object:
                Map(node, keyword, value);
                break;
        }
    }

    private void Combining(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "allOf":
                node.AllOf = Sequence(node, keyword, value);
                break;
            case "anyOf":
                node.AnyOf = Sequence(node, keyword, value);
                break;
            case "oneOf":
                node.OneOf = Sequence(node, keyword, value);
                break;
            case "not":
                node.Not = Child(node, keyword, value);
                break;
            case "if":
                node.If = Child(node, keyword, value);
                break;
            case "then":
                node.Then = Child(node, keyword, value);
                break;
            case "else":
                node.Else = Child(node, keyword, value);
                break;
            case "dependentSchemas":
                node.DependentSchemas = Map(node, keyword, value);
                break;
        }
    }

    private void Arrays(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "prefixItems":
                node.PrefixItems = Sequence(node, keyword, value);
                break;
            case "items":
                node.Items = Child(node, keyword, value);
                break;
            case "contains":
                node.Contains = Child(node, keyword, value);
                break;
            case "unevaluatedItems":
                UsesUnevaluated = true;
                node.UnevaluatedItems = Child(node, keyword, value);
                break;
        }
    }

    private void Objects(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "properties":
                node.Properties = Map(node, keyword, value);
                break;
            case "patternProperties":
                node.PatternProperties = [.. Map(node, keyword, value)
                    .Select(entry => KeyValuePair.Create(SchemaPattern.Parse(entry.Key, Place(node, keyword)), entry.Value))];
                break;
            case "additionalProperties":
                node.AdditionalProperties = Child(node, keyword, value);
                break;
            case "propertyNames":
                node.PropertyNames = Child(node, keyword, value);
                break;
            case "unevaluatedProperties":
                UsesUnevaluated = true;
                node.UnevaluatedProperties = Child(node, keyword, value);
                break;
        }
    }

    private static void Values(SchemaNode node, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "type":
                node.Type = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : Strings(node, keyword, value);
                break;
            case "enum":
                node.Enum = [.. Items(node, keyword, value)];
                break;
            case "const":
                node.Const = value;
                break;
            case "multipleOf":
                node.MultipleOf = Number(node, keyword, value);
                break;
            case "maximum":
                node.Maximum = Number(node, keyword, value);
                break;
            case "exclusiveMaximum":
                node.ExclusiveMaximum = Number(node, keyword, value);
                break;
            case "minimum":
                node.Minimum = Number(node, keyword, value);
                break;
            case "exclusiveMinimum":
                node.ExclusiveMinimum = Number(node, keyword, value);
                break;
            case "maxLength":
                node.MaxLength = Count(node, keyword, value);
                break;
            case "minLength":
                node.MinLength = Count(node, keyword, value);
                break;
            case "pattern":
                node.Pattern = SchemaPattern.Parse(String(node, keyword, value), Place(node, keyword));
                break;
            case "maxItems":
                node.MaxItems = Count(node, keyword, value);
                break;
            case "minItems":
                node.MinItems = Count(node, keyword, value);
                break;
            case "uniqueItems":
                node.UniqueItems = value.ValueKind == JsonValueKind.True;
                break;
            case "maxContains":
                node.MaxContains = Count(node, keyword, value);
                break;
            case "minContains":
                node.MinContains = Count(node, keyword, value);
                break;
            case "maxProperties":
                node.MaxProperties = Count(node, keyword, value);
                break;
            case "minProperties":
                node.MinProperties = Count(node, keyword, value);
                break;
            case "required":
                node.Required = Strings(node, keyword, value);
                break;
            case "dependentRequired" when value.ValueKind == JsonValueKind.Object:
                node.DependentRequired = value.EnumerateObject()
                    .ToDictionary(entry => entry.Name, entry => Strings(node, keyword, entry.Value), StringComparer.Ordinal);
                break;
        }
    }

    private void TieDynamic(SchemaNode node, string keyword, string reference)
    {
        node.DynamicRef = Resolve(node, keyword, reference);
        var name = Fragment(reference);
        var isDynamic = node.DynamicRef.Resource.DynamicAnchors.TryGetValue(name, out var anchored) && anchored == node.DynamicRef;
        node.DynamicName = isDynamic ? name : null;
    }

    private SchemaNode Resolve(SchemaNode node, string keyword, string reference)
    {
        var resource = ResourceAt(reference.StartsWith('#') ? node.Resource.Uri : Absolute(node.Resource.Uri, WithoutFragment(reference), Place(node, keyword)));
        if (resource is null)
            throw new SchemaException($"'{reference}' at {Place(node, keyword)} refers to a schema that is not there; nothing is fetched.");

        var fragment = Uri.UnescapeDataString(Fragment(reference));
        var target = fragment.Length == 0 || fragment[0] == '/' ? NodeAt(resource, fragment) : resource.Anchors.GetValueOrDefault(fragment);
        return target ?? throw new SchemaException($"'{reference}' at {Place(node, keyword)} refers to a place that is not there.");
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

    private SchemaNode Child(SchemaNode node, string keyword, JsonElement value) => Node(value, node.Resource, $"{node.Pointer}/{keyword}");

    private List<SchemaNode> Sequence(SchemaNode node, string keyword, JsonElement value) =>
        [.. Items(node, keyword, value).Select((item, index) => Node(item, node.Resource, $"{node.Pointer}/{keyword}/{index}"))];

    private Dictionary<string, SchemaNode> Map(SchemaNode node, string keyword, JsonElement value)
    {
        Must(value.ValueKind == JsonValueKind.Object, node, keyword, "an object of schemas", value);
        var map = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var entry in value.EnumerateObject())
            map[entry.Name] = Node(entry.Value, node.Resource, $"{node.Pointer}/{keyword}/{InstancePath.Escape(entry.Name)}");

        return map;
    }

    private static JsonElement.ArrayEnumerator Items(SchemaNode node, string keyword, JsonElement value)
    {
        Must(value.ValueKind == JsonValueKind.Array, node, keyword, "an array", value);
        return value.EnumerateArray();
    }

    private static IReadOnlyList<string> Strings(SchemaNode node, string keyword, JsonElement value) =>
        [.. Items(node, keyword, value).Select(item => String(node, keyword, item))];

    private static string String(SchemaNode node, string keyword, JsonElement value)
    {
        Must(value.ValueKind == JsonValueKind.String, node, keyword, "a string", value);
        return value.GetString()!;
    }

    private static SchemaNumber Number(SchemaNode node, string keyword, JsonElement value)
    {
        Must(value.ValueKind == JsonValueKind.Number, node, keyword, "a number", value);
        return SchemaNumber.Read(value) ?? throw new SchemaException($"The number at {Place(node, keyword)} has too many digits.");
    }

    // 2.0 is an integer too.
    private static long Count(SchemaNode node, string keyword, JsonElement value)
    {
        var number = Number(node, keyword, value);
        Must(number.IsInteger && number.Mantissa.Sign >= 0, node, keyword, "an integer of at least 0", value);
        return value.TryGetDecimal(out var count) && count <= long.MaxValue ? (long)count : long.MaxValue;
    }

    private static void Must(bool holds, SchemaNode node, string keyword, string wanted, JsonElement found)
    {
        if (!holds)
            throw new SchemaException($"{Place(node, keyword)} of the schema must be {wanted}; it is {Wording.Kind(found)}.");
    }

    private static string? Text(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Absolute(string around, string reference, string place) =>
        Uri.TryCreate(reference, UriKind.Absolute, out var whole) && !reference.StartsWith('/') ? whole.AbsoluteUri
        : Uri.TryCreate(new Uri(around), reference, out var joined) ? joined.AbsoluteUri
        : throw new SchemaException($"'{reference}' at {Shown(place)} is not a URI reference.");

    private static string WithoutFragment(string reference) => reference.Split('#')[0];

    private static string Fragment(string reference) => reference.IndexOf('#') is var at and >= 0 ? reference[(at + 1)..] : "";

    private static string Place(SchemaNode node, string keyword) => node.PathOf(keyword);

    private static string Shown(string pointer) => pointer.Length == 0 ? "its top" : pointer;
}
