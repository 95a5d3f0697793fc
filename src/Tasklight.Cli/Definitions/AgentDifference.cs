using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;

namespace Tasklight.Cli.Definitions;

/// <summary>How an agent would change, field by field, in the words of a file.</summary>
/// <param name="Changes">What changes.</param>
/// <param name="Secrets">Secrets that are there and would be set: whether they are others, only the server can tell.</param>
internal sealed record AgentDifference(IReadOnlyList<FieldChange> Changes, IReadOnlyList<string> Secrets)
{
    private static readonly string[] SecretFields = [".api_key", ".client_secret", "llm_credentials.value"];
    private static readonly string[] SecretMaps = ["headers.", "env_vars."];
    private static readonly string[] Reaching = ["tools[", "mcp_servers[", "graph["];
    private static readonly string[] NamesOfElements = ["item_id", "tool", "id", "name", "title"];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a request changes on an agent; on one that is new when null.</summary>
    /// <param name="before">The agent, with masks in place of its secrets.</param>
    /// <param name="request">What is set.</param>
    /// <param name="nameOf">The name by which a file may call the agent of an id.</param>
    public static AgentDifference Of(AgentFields? before, UpdateAgentRequest request, Func<string, string?> nameOf)
    {
        var from = before?.Clone() ?? new AgentFields { Name = request.Name.Value ?? "" };
        var to = from.Clone();
        request.ApplyTo(to);
        var (old, now) = (Leaves(DefinitionForm.Of(from, nameOf)), Leaves(DefinitionForm.Of(to, nameOf)));
        var differing = now.Keys.Union(old.Keys, StringComparer.Ordinal).Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path)).ToList();
        var secrets = differing.FindAll(path => IsHidden(path, old.GetValueOrDefault(path).Shown, now.GetValueOrDefault(path).Shown));
        return new AgentDifference([.. differing.Except(secrets, StringComparer.Ordinal).Select(path => Change(path, old.GetValueOrDefault(path).Shown, now.GetValueOrDefault(path).Shown))], secrets);
    }

    // True when the same stands there as far as the server shows it, and it hides something.
    private static bool IsHidden(string path, string? before, string? after) =>
        after is not null && before is not null && (before == SecretMask.Text || (MayHoldSecrets(path) && before.Contains(SecretMask.Text, StringComparison.Ordinal) && before == SecretTexts.Mask(after)));

    private static FieldChange Change(string path, string? before, string? after) => new(path, Shown(path, before), Shown(path, after));

    private static string? Shown(string path, string? value) => value is null ? null : IsSecret(path) ? SecretMask.Text : MayHoldSecrets(path) ? SecretTexts.Mask(value) : value;

    private static bool MayHoldSecrets(string path) =>
        Array.Exists(Reaching, list => path.StartsWith(list, StringComparison.Ordinal)) && (path.EndsWith(".url", StringComparison.Ordinal) || path.EndsWith(".command", StringComparison.Ordinal));

    private static bool IsSecret(string path) =>
        Array.Exists(SecretFields, secret => path.EndsWith(secret, StringComparison.Ordinal)) || Array.Exists(SecretMaps, map => path.Contains(map, StringComparison.Ordinal));

    private static Dictionary<string, Leaf> Leaves(JsonObject form)
    {
        var leaves = new Dictionary<string, Leaf>(StringComparer.Ordinal);
        foreach (var (name, value) in form)
        {
            Add(leaves, name, value);
        }

        return leaves;
    }

    private static void Add(Dictionary<string, Leaf> leaves, string path, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } json:
                foreach (var (name, inner) in json)
                {
                    Add(leaves, $"{path}.{name}", inner);
                }

                break;
            case JsonArray list when list.Any(item => item is JsonObject or JsonArray):
                for (var position = 0; position < list.Count; position++)
                {
                    var named = $"{path}[{NameOf(list[position])}]";
                    var isTaken = list[position] is not JsonObject || leaves.Keys.Any(known => known.StartsWith(named, StringComparison.Ordinal));
                    Add(leaves, isTaken ? string.Create(CultureInfo.InvariantCulture, $"{path}[{position}]") : named, list[position]);
                }

                break;
            default:
                leaves[path] = new Leaf(value?.ToJsonString() ?? "null", Shown(value));
                break;
        }
    }

    private static string Shown(JsonNode? value)
    {
        if (value is not JsonArray { Count: > 0 } list)
        {
            return value is JsonValue text && text.TryGetValue<string>(out var plain) && plain.Length > 0 ? plain : value?.ToJsonString(Readable) ?? "null";
        }

        var items = list.Select(Shown).ToList();
        return items.Exists(item => item.Contains(' ', StringComparison.Ordinal)) ? string.Join('\n', items) : $"[{string.Join(", ", items)}]";
    }

    private static string? NameOf(JsonNode? element) =>
        element is JsonObject json ? NamesOfElements.Select(name => json[name]).OfType<JsonValue>().FirstOrDefault()?.ToString() : null;

    private readonly record struct Leaf(string? Json, string? Shown);
}
