using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>A schema with an address of its own (<c>$id</c>), the part of a document that it is the root of.</summary>
internal sealed class SchemaResource(string uri, JsonElement root, string pointer, SchemaDocument document)
{
    /// <summary>Absolute, without fragment.</summary>
    public string Uri { get; } = uri;

    public JsonElement Root { get; } = root;

    /// <summary>Where in its document it is.</summary>
    public string Pointer { get; } = pointer;

    public SchemaDocument Document { get; } = document;

    /// <summary>Whether its dialect checks values (<c>type</c>, <c>minimum</c>…) or only has applicators.</summary>
    public bool Validates { get; set; } = true;

    public Dictionary<string, SchemaNode> Anchors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaNode> DynamicAnchors { get; } = new(StringComparer.Ordinal);
}
