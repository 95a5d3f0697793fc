using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Rules about the parts of an agent's definition; each adds an error that names the field.</summary>
internal static class AgentRules
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>The model settings the runtime knows, with their least and greatest value; other keys are kept as they are.</summary>
    private static readonly (string Name, double Least, double Most, bool IsWhole)[] ModelSettings =
    [
        ("temperature", 0, 2, false),
        ("max_tokens", 1, int.MaxValue, true),
        ("context_window", 1_000, int.MaxValue, true),
        ("max_turns", 1, 10_000, true),
        ("max_parallel_tools", 1, 100, true),
        ("tool_timeout_seconds", 0.001, 86_400, false),
    ];

    /// <summary>The names of those settings.</summary>
    public static IEnumerable<string> ModelSettingNames => ModelSettings.Select(setting => setting.Name);

    public static void LlmSettings(ICollection<FieldError> errors, JsonElement? settings)
    {
        WireRules.Object(errors, settings, "llm_settings");
        if (settings is not { ValueKind: JsonValueKind.Object } json)
        {
            return;
        }

        foreach (var (name, least, most, isWhole) in ModelSettings)
        {
            if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (value.ValueKind != JsonValueKind.Number || (isWhole && !value.TryGetInt32(out _)))
            {
                errors.Add(FieldError.InBody(FieldErrorTypes.WrongType, $"Expected a {(isWhole ? "whole number" : "number")}, found {value.ValueKind.ToString().ToLowerInvariant()}.", "llm_settings", name));
            }
            else
            {
                WireRules.InRange(errors, value.GetDouble(), least, most, "llm_settings", name);
            }
        }
    }

    public static void Tools(ICollection<FieldError> errors, IReadOnlyList<AgentTool> tools)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var position = 0; position < tools.Count; position++)
        {
            Tool(errors, tools[position], "tools", position);
            if (tools[position]?.Id is { Length: > 0 } id && !known.Add(id))
            {
                errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, $"There is a tool '{id}' already.", "tools", position, "id"));
            }
        }
    }

    public static void Tool(ICollection<FieldError> errors, AgentTool? tool, params IReadOnlyList<object> path)
    {
        WireRules.Required(errors, tool?.Id, [.. path, "id"]);
        WireRules.Required(errors, tool?.Name, [.. path, "name"]);
        WireRules.Object(errors, tool?.Parameters, [.. path, "parameters"]);
        if (tool?.Url is not null)
        {
            Operation(errors, tool, path);
        }
    }

    /// <summary>A server that nobody could reach: a program is known by its command, everything else by its address.</summary>
    public static void McpServer(ICollection<FieldError> errors, MCPServerDetails server, params IReadOnlyList<object> path)
    {
        if (server.Type == MCPServerType.Local || server.Transport == MCPServerTransport.Stdio)
        {
            WireRules.Required(errors, server.Command, [.. path, "command"]);
        }
        else if (server.Url != SecretMask.Text && !IsAddress(server.Url))
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "Expected an http or https address, such as https://mcp.example.com, or a command instead.", [.. path, "url"]));
        }
    }

    private static bool IsAddress(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";

    private static void Operation(ICollection<FieldError> errors, AgentTool tool, IReadOnlyList<object> path)
    {
        WireRules.OneOf(errors, tool.Method, Methods, [.. path, "method"]);
        if (!IsAddress(tool.Url))
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "Expected an http or https address, such as https://api.example.com/orders/{id}.", [.. path, "url"]));
        }

        foreach (var (name, value) in tool.Headers ?? EmptyMap.Instance)
        {
            if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) || value is null || value.Any(char.IsControl))
            {
                errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "A header has a name of letters, digits, '-' and '_', and a value on one line.", [.. path, "headers", name]));
            }
        }
    }

    public static void Approvals(ICollection<FieldError> errors, IReadOnlyList<AgentApprovalRule> rules)
    {
        WireRules.NoNulls(errors, rules, "approvals");
        for (var position = 0; position < rules.Count; position++)
        {
            rules[position]?.Validate(errors, position);
        }
    }
}
