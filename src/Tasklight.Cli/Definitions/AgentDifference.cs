using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;

namespace Tasklight.Cli.Definitions;

/// <summary>How an agent would change, field by field, as the server would store it.</summary>
internal static class AgentDifference
{
    private const string Shown = SecretMask.Text;

    private static readonly string[] Secrets = [".api_key", ".client_secret", "llm_credentials.value"];
    private static readonly string[] SecretMaps = ["headers.", "env_vars."];
    private static readonly string[] NamesOfElements = ["item_id", "tool", "id", "name", "title"];
    private static readonly string[] Unwatched = ["version", "has_pending_changes", "created_at", "updated_at", "is_latest"];

    /// <summary>What a request changes on an agent; on one that is new when null.</summary>
    /// <param name="before">The agent, with masks in place of its secrets.</param>
    /// <param name="request">What is set.</param>
    /// <param name="withSecrets">A secret that the server has is taken for another one; otherwise for the same.</param>
    public static IReadOnlyList<FieldChange> Of(AgentFields? before, UpdateAgentRequest request, bool withSecrets)
    {
        var from = before?.Clone() ?? new AgentFields();
        var to = from.Clone();
        request.ApplyTo(to);
        var (old, now) = (Leaves(from), Leaves(to));
        return [.. old.Keys.Union(now.Keys, StringComparer.Ordinal).Select(path => Change(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path), withSecrets)).OfType<FieldChange>()];
    }

    private static FieldChange? Change(string path, string? before, string? after, bool withSecrets)
    {
        if (before == after || (before == SecretMask.Text && after is not null && !withSecrets))
        {
            return null;
        }

        if (MayHoldSecrets(path))
        {
            var shown = after is null ? null : SecretTexts.Mask(after);
            return before == shown && !(withSecrets && shown != after) ? null : new FieldChange(path, before, shown);
        }

        return IsSecret(path) ? new FieldChange(path, before is null ? null : Shown, after is null ? null : Shown) : new FieldChange(path, before, after);
    }

    private static bool MayHoldSecrets(string path) =>
        path.EndsWith("mcp_settings.url", StringComparison.Ordinal) || path.EndsWith("mcp_settings.command", StringComparison.Ordinal)
        || (path.StartsWith("tools[", StringComparison.Ordinal) && path.EndsWith("].url", StringComparison.Ordinal));

    private static bool IsSecret(string path) =>
        Array.Exists(Secrets, secret => path.EndsWith(secret, StringComparison.Ordinal)) || Array.Exists(SecretMaps, map => path.Contains(map, StringComparison.Ordinal));

    private static Dictionary<string, string> Leaves(AgentFields agent)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in JsonSerializer.SerializeToNode(agent, ProtocolJson.Default.AgentFields)!.AsObject().Where(field => !Unwatched.Contains(field.Key)))
        {
            Add(leaves, name, value);
        }

        return leaves;
    }

    // Null, "" and empty lists are what a field has that was never set.
    private static void Add(Dictionary<string, string> leaves, string path, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject json:
                foreach (var (name, inner) in json)
                {
                    Add(leaves, $"{path}.{name}", inner);
                }

                break;
            case JsonArray list:
                for (var position = 0; position < list.Count; position++)
                {
                    var named = $"{path}[{NameOf(list[position])}]";
                    var isTaken = list[position] is not JsonObject || leaves.Keys.Any(known => known.StartsWith(named, StringComparison.Ordinal));
                    Add(leaves, isTaken ? string.Create(CultureInfo.InvariantCulture, $"{path}[{position}]") : named, list[position]);
                }

                break;
            case JsonValue text when text.TryGetValue<string>(out var plain):
                if (plain.Length > 0)
                {
                    leaves[path] = plain;
                }

                break;
            case not null:
                leaves[path] = value.ToJsonString();
                break;
        }
    }

    private static string? NameOf(JsonNode? element) =>
        element is JsonObject json ? NamesOfElements.Select(name => json[name]).OfType<JsonValue>().FirstOrDefault()?.ToString() : null;
}
