using System.Globalization;
using System.Text;
using System.Text.Json;
using Tasklight.Agents.Schema;
using Tasklight.Protocol;

namespace Tasklight.Cli.Definitions;

/// <summary>The JSON Schemas of a definition. The server checks output_schema alone; in a file all are to be right.</summary>
internal static class WrittenSchemas
{
    /// <summary>What is wrong with them, with its place in the definition.</summary>
    public static IEnumerable<(string Path, string Message)> Problems(CreateAgentRequest agent)
    {
        var ofTools = (agent.Tools.Value ?? []).SelectMany((tool, position) => Problems(tool.Parameters, string.Create(CultureInfo.InvariantCulture, $"tools[{position}].parameters")));
        return Problems(agent.OutputSchema.Value, "output_schema").Concat(ofTools);
    }

    private static IEnumerable<(string Path, string Message)> Problems(JsonElement? schema, string path) => schema is not { ValueKind: JsonValueKind.Object } json
        ? []
        : JsonSchema.Problems(json).Select(problem => (path + PathOf(json, problem.InstancePath), $"Not a JSON Schema: {problem.Message.TrimEnd('.')}."));

    // /properties/a/type of a pointer is .properties.a.type here, and /allOf/0 is .allOf[0].
    private static string PathOf(JsonElement schema, string pointer)
    {
        var path = new StringBuilder();
        foreach (var step in pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            if (schema.ValueKind == JsonValueKind.Array && int.TryParse(step, CultureInfo.InvariantCulture, out var position))
            {
                path.Append(CultureInfo.InvariantCulture, $"[{position}]");
                schema = schema[position];
                continue;
            }

            path.Append('.').Append(step);
            schema = schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(step, out var inner) ? inner : default;
        }

        return path.ToString();
    }
}
