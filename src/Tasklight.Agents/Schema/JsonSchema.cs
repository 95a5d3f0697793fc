using System.Text.Json;

namespace Tasklight.Agents.Schema;

/// <summary>
/// A JSON Schema of draft 2020-12, ready to check values; thread-safe. Every required rule of the draft; <c>format</c> and <c>content…</c> are
/// annotations and check nothing, as the draft has it. Schemas that name an older draft are read by the rules of 2020-12.
/// </summary>
/// <remarks>Nothing is ever fetched. Schemas and values may come from anybody: work, depth and regular expressions are bounded.</remarks>
public sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly bool _tracks;

    private JsonSchema(SchemaNode root, bool tracks)
    {
        _root = root;
        _tracks = tracks;
    }

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">An object, true or false.</param>
    /// <param name="documents">Further schemas that it may refer to, by their absolute URI. The draft's own meta-schemas are always there.</param>
    /// <exception cref="SchemaException">It is not a schema, or refers to what is not there.</exception>
    public static JsonSchema Parse(JsonElement schema, IReadOnlyDictionary<string, JsonElement>? documents = null)
    {
        documents ??= new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (!HasDialectAmong(documents, schema))
            MetaSchemas.Check(schema);

        return Compile(schema, documents);
    }

    /// <summary>What keeps a value from being a schema that <see cref="Parse"/> reads; empty when it is one.</summary>
    public static IReadOnlyList<SchemaViolation> Problems(JsonElement schema)
    {
        if (MetaSchemas.Problems(schema) is { Count: > 0 } wrong)
            return wrong;

        try
        {
            _ = Parse(schema);
            return [];
        }
        catch (SchemaException exception)
        {
            return [new("", "", exception.Message)];
        }
    }

    /// <summary>What the value does not keep to; empty when it is valid. At most 25, the first ones found.</summary>
    public IReadOnlyList<SchemaViolation> Validate(JsonElement value)
    {
        var found = new Violations();
        var evaluator = new SchemaEvaluator(_tracks);
        try
        {
            evaluator.Evaluate(_root, value, null, null, found);
        }
        catch (SchemaLimitException limit)
        {
            found.Add(new(limit.InstancePath, limit.SchemaPath, limit.Message));
        }

        catch (InvalidOperationException)
        {
            // System.Text.Json reads half a surrogate pair, but does not hand it out.
            found.Add(new("", "", "holds text that is not Unicode"));
        }

        return found.List;
    }

    internal static JsonSchema Compile(JsonElement schema, IReadOnlyDictionary<string, JsonElement> documents)
    {
        var compiler = new SchemaCompiler(documents);
        var root = compiler.CompileRoot(schema.Clone());
        return new(root, compiler.UsesUnevaluated);
    }

    private static bool HasDialectAmong(IReadOnlyDictionary<string, JsonElement> documents, JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("$schema", out var dialect)
        && dialect.ValueKind == JsonValueKind.String
        && documents.ContainsKey(dialect.GetString()!);
}
