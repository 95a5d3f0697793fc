using System.Text.Json;

namespace Tasklight.Server.Hosting;

/// <summary>
/// Puts the options together: the file gives way to TASKLIGHT_* variables, and these to arguments. Everything that is wrong is told at once.
/// </summary>
sealed class SettingsReader
{
    public const string VariablePrefix = "TASKLIGHT_";
    public const string DefaultFile = "tasklight.json";

    static readonly string[] ClientVariables = ["TASKLIGHT_API_KEY", "TASKLIGHT_BASE_URL", "TASKLIGHT_ORGANIZATION_ID", "TASKLIGHT_AGENT_ID"];
    readonly Dictionary<string, (string Value, string Where)> _values = new(StringComparer.Ordinal);
    readonly List<string> _errors = [];
    readonly List<string> _warnings = [];

    SettingsReader()
    {
    }

    /// <summary>Reads all three sources; throws <see cref="SettingsException"/> that lists every error.</summary>
    public static Settings Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables) => new SettingsReader().ReadAll(arguments, variables);

    Settings ReadAll(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        var given = Arguments(arguments);
        var file = given.GetValueOrDefault("config") ?? variables.GetValueOrDefault("TASKLIGHT_CONFIG");
        ReadFile(file ?? DefaultFile, mustExist: file is not null);
        ReadVariables(variables);
        foreach (var (name, value) in given.Where(static pair => pair.Key != "config"))
            _values[name] = (value, "--" + name);

        var options = new TasklightOptions();
        foreach (var setting in SettingTable.All.Concat(_values.Keys.Order(StringComparer.Ordinal).Select(ModelOptions.Find).OfType<Setting>()))
            options = Apply(setting, options);
        return _errors.Count == 0 ? new(options, _warnings) : throw new SettingsException(_errors);
    }

    Dictionary<string, string> Arguments(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
            var argument = equals < 0 ? arguments[i] : arguments[i][..equals];
            var name = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : "";
            if (name != "config" && SettingTable.Find(name) is null)
            {
                _errors.Add($"{argument} is not an argument{DidYouMean(argument.TrimStart('-').Replace('_', '-'), "--", static n => n)}");
                if (equals < 0 && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-'))
                    i++;
            }
            else if (equals >= 0)
            {
                given[name] = arguments[i][(equals + 1)..];
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                given[name] = arguments[++i];
            }
            else
            {
                _errors.Add($"{argument} needs a value");
            }
        }

        return given;
    }

    void ReadFile(string path, bool mustExist)
    {
        if (!mustExist && !File.Exists(path))
            return;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                ReadObject(document.RootElement, "", "", path);
            else
                _errors.Add($"{path} must hold one JSON object");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            _errors.Add($"{path} cannot be read: {problem.Message}");
        }
    }

    void ReadObject(JsonElement node, string kebabPrefix, string shownPrefix, string path)
    {
        foreach (var property in node.EnumerateObject())
        {
            var name = kebabPrefix + property.Name.Replace('_', '-');
            var shown = shownPrefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object && IsGroup(name + "-"))
                ReadObject(property.Value, name + "-", shown + ".", path);
            else if (SettingTable.Find(name) is null)
                _errors.Add($"{shown} in {path} is not a setting{DidYouMean(name, "", static n => n.Replace('-', '_'))}");
            else
                _values[name] = (Plain(property.Value), $"{shown} in {path}");
        }
    }

    static bool IsGroup(string prefix) =>
        prefix.StartsWith(ModelOptions.Prefix, StringComparison.Ordinal) || SettingTable.All.Any(setting => setting.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A list is as good as its elements with the separator between them, which is what the setting's text form has.</summary>
    static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(',', value.EnumerateArray().Select(Plain)),
        _ => value.GetRawText(),
    };

    void ReadVariables(IReadOnlyDictionary<string, string> variables)
    {
        foreach (var (variable, value) in variables.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (!variable.StartsWith(VariablePrefix, StringComparison.Ordinal) || variable == "TASKLIGHT_CONFIG" || ClientVariables.Contains(variable))
                continue;
            var name = variable[VariablePrefix.Length..].ToLowerInvariant().Replace('_', '-');
            if (SettingTable.Find(name) is null)
                _warnings.Add($"The variable {variable} is not a setting and is ignored{DidYouMean(name, VariablePrefix, static n => n.Replace('-', '_').ToUpperInvariant())}");
            else
                _values[name] = (value, variable);
        }
    }

    TasklightOptions Apply(Setting setting, TasklightOptions options)
    {
        if (!_values.TryGetValue(setting.Name, out var given))
            return options;
        try
        {
            return setting.Apply(options, given.Value);
        }
        catch (FormatException problem)
        {
            // The value of a secret must not reach a terminal or a log.
            var found = setting.Name.EndsWith("-key", StringComparison.Ordinal) ? "" : $" (found '{given.Value}')";
            _errors.Add($"{given.Where} must be {problem.Message}{found}");
            return options;
        }
    }

    static string DidYouMean(string kebab, string prefix, Func<string, string> form) =>
        SettingTable.Nearest(kebab) is { } nearest ? $"; did you mean {prefix}{form(nearest)}?" : "";
}
