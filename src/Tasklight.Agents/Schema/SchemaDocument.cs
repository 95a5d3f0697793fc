using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>One JSON text with the schemas that are in it, by their JSON pointers.</summary>
internal sealed class SchemaDocument(string uri, JsonElement root)
{
    public string Uri { get; } = uri;

    public JsonElement Root { get; } = root;

    public Dictionary<string, SchemaNode> Nodes { get; } = new(StringComparer.Ordinal);
}
