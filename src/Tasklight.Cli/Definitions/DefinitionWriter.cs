using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tasklight.Cli.Definitions;

/// <summary>Writes an agent as a file that defines it: what differs from a new agent's fields. Secrets are masked, and a mask leaves a secret as it is.</summary>
internal static class DefinitionWriter
{
    /// <summary>The definition as YAML.</summary>
    public static string Write(AgentFields agent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, Definition(agent));
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('.', '\n') + "\n";
    }

    private static JsonObject Definition(AgentFields agent)
    {
        var fields = JsonSerializer.SerializeToNode(agent, ProtocolJson.Default.AgentFields)!.AsObject();
        var usual = JsonSerializer.SerializeToNode(new AgentFields { Type = AgentType.Manager, EnvironmentId = agent.OrganizationId }, ProtocolJson.Default.AgentFields)!.AsObject();
        var definition = new JsonObject { ["name"] = agent.Name };
        foreach (var name in KnownFields.All.Where(name => name != "name" && fields.ContainsKey(name) && !JsonNode.DeepEquals(fields[name], usual[name])))
        {
            definition[name] = Trimmed(fields[name]);
        }

        definition.Remove("id");
        return definition;
    }

    // What is null or empty says nothing.
    private static JsonNode? Trimmed(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Where(field => field.Value is not (null or JsonArray { Count: 0 } or JsonObject { Count: 0 })).Select(field => KeyValuePair.Create(field.Key, Trimmed(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Trimmed)]),
        _ => node?.DeepClone(),
    };

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                emitter.Emit(new MappingStart());
                foreach (var (name, value) in json)
                {
                    emitter.Emit(new Scalar(name));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, SequenceStyle.Block));
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                emitter.Emit(new Scalar(null, null, text, StyleOf(text), isPlainImplicit: true, isQuotedImplicit: true));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static ScalarStyle StyleOf(string text)
    {
        if (text.Contains('\n', StringComparison.Ordinal))
        {
            return ScalarStyle.Literal;
        }

        return text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '/' or '.' or ' ') && text.Trim() == text
               && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off")
            ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted;
    }
}
