using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>One schema: its keywords, read once. A keyword that is not there is null.</summary>
internal sealed class SchemaNode(SchemaResource resource, string pointer)
{
    public SchemaResource Resource { get; } = resource;

    public string Pointer { get; } = pointer;

    /// <summary>Set for the schemas <c>true</c> and <c>false</c>.</summary>
    public bool? Always { get; set; }

    public SchemaNode? Ref { get; set; }

    public SchemaNode? DynamicRef { get; set; }

    /// <summary>The anchor by which the dynamic scope is asked; null when the reference is a plain one after all.</summary>
    public string? DynamicName { get; set; }

    public IReadOnlyList<SchemaNode>? AllOf { get; set; }

    public IReadOnlyList<SchemaNode>? AnyOf { get; set; }

    public IReadOnlyList<SchemaNode>? OneOf { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    public IReadOnlyDictionary<string, SchemaNode>? DependentSchemas { get; set; }

    public IReadOnlyList<SchemaNode>? PrefixItems { get; set; }

    public SchemaNode? Items { get; set; }

    public SchemaNode? Contains { get; set; }

    public SchemaNode? UnevaluatedItems { get; set; }

    public IReadOnlyDictionary<string, SchemaNode>? Properties { get; set; }

    public IReadOnlyList<KeyValuePair<SchemaPattern, SchemaNode>>? PatternProperties { get; set; }

    public SchemaNode? AdditionalProperties { get; set; }

    public SchemaNode? PropertyNames { get; set; }

    public SchemaNode? UnevaluatedProperties { get; set; }

    public IReadOnlyList<string>? Type { get; set; }

    public IReadOnlyList<JsonElement>? Enum { get; set; }

    public JsonElement? Const { get; set; }

    public SchemaNumber? MultipleOf { get; set; }

    public SchemaNumber? Maximum { get; set; }

    public SchemaNumber? ExclusiveMaximum { get; set; }

    public SchemaNumber? Minimum { get; set; }

    public SchemaNumber? ExclusiveMinimum { get; set; }

    public long? MaxLength { get; set; }

    public long? MinLength { get; set; }

    public SchemaPattern? Pattern { get; set; }

    public long? MaxItems { get; set; }

    public long? MinItems { get; set; }

    public bool UniqueItems { get; set; }

    public long? MaxContains { get; set; }

    public long? MinContains { get; set; }

    public long? MaxProperties { get; set; }

    public long? MinProperties { get; set; }

    public IReadOnlyList<string>? Required { get; set; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? DependentRequired { get; set; }

    /// <summary>The place of a keyword, or of the schema itself for an empty one: a pointer, behind its document's address when that is another one.</summary>
    public string PathOf(string keyword) =>
        (Resource.Document.Uri == SchemaCompiler.Here ? "" : Resource.Document.Uri + "#") + Pointer + (keyword.Length == 0 ? "" : "/" + keyword);
}
