using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>The draft's own schemas, by which a schema is checked before it is used.</summary>
internal static class MetaSchemas
{
    public const string Validation = Base + "vocab/validation";

    private const string Base = "https://json-schema.org/draft/2020-12/";

    private static readonly string[] Names =
        ["schema", "meta/core", "meta/applicator", "meta/unevaluated", "meta/validation", "meta/meta-data", "meta/format-annotation", "meta/content"];

    public static IReadOnlyDictionary<string, JsonElement> All { get; } = Names.ToDictionary(name => Base + name, Load, StringComparer.Ordinal);

    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.Compile(All[Base + "schema"], new Dictionary<string, JsonElement>(StringComparer.Ordinal)));

    public static bool Knows(string vocabulary) =>
        vocabulary.StartsWith(Base + "vocab/", StringComparison.Ordinal) && Names.Contains("meta/" + vocabulary[(Base + "vocab/").Length..]);

    /// <summary>What keeps the value from being a schema.</summary>
    public static IReadOnlyList<SchemaViolation> Problems(JsonElement schema) => Schema.Value.Validate(schema);

    /// <summary>Refuses what is not a schema, with up to three reasons.</summary>
    public static void Check(JsonElement schema)
    {
        var wrong = Problems(schema);
        if (wrong.Count > 0)
            throw new SchemaException("The JSON Schema is not a valid one. " + string.Join("; ", wrong.Take(3)));
    }

    private static JsonElement Load(string name)
    {
        using var stream = typeof(MetaSchemas).Assembly.GetManifestResourceStream($"json-schema/{name}.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
