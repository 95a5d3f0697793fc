using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tasklight.Cli.Definitions;

/// <summary>
/// Makes JSON of a YAML value and notes where everything stands. Plain words are null, booleans and numbers as in YAML 1.2; what is quoted is text.
/// <c>${NAME}</c>, as a whole value or anywhere in a header or an environment variable, is that variable's value.
/// </summary>
internal sealed partial class YamlReader(string file, Func<string, string?> environment, ICollection<DefinitionError> errors)
{
    private const int Deepest = 64;

    /// <summary>The value of a node, with the places of everything in it relative to it.</summary>
    public JsonNode? Read(YamlNode node, Marks marks) => Read(node, "", marks, 0);

    private JsonNode? Read(YamlNode node, string path, Marks marks, int depth)
    {
        marks.Add(path, node.Start.Line, node.Start.Column);
        if (depth > Deepest)
        {
            errors.Add(new DefinitionError(file, marks.Find(path), $"Nothing may be nested deeper than {Deepest} levels."));
            return null;
        }

        return node switch
        {
            YamlMappingNode mapping => ReadObject(mapping, path, marks, depth),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select((item, position) => Read(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{position}]"), marks, depth + 1))]),
            YamlScalarNode scalar => ReadScalar(scalar, path, marks),
            _ => null,
        };
    }

    private JsonObject ReadObject(YamlMappingNode mapping, string path, Marks marks, int depth)
    {
        var read = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            var json = Read(value, inner, marks, depth + 1);
            // Of a field that is wrong one looks for its name, not for its value somewhere behind.
            marks.Add(inner, key.Start.Line, key.Start.Column);
            read[name] = json;
        }

        return read;
    }

    private JsonValue? ReadScalar(YamlScalarNode scalar, string path, Marks marks)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(Expand(text, path, marks));
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            _ when Fraction().IsMatch(text) => JsonValue.Create(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(Expand(text, path, marks)),
        };
    }

    private string Expand(string text, string path, Marks marks)
    {
        if (!text.Contains("${", StringComparison.Ordinal) || !(Variable().Match(text) is { Success: true } match && match.Length == text.Length) && !IsPartlyExpanded(path))
        {
            return text;
        }

        return Variable().Replace(text, found =>
        {
            if (environment(found.Groups["name"].Value) is { } value)
            {
                return value;
            }

            errors.Add(new DefinitionError(file, marks.Find(path), $"The environment variable {found.Groups["name"].Value} is not set."));
            return "";
        });
    }

    private static bool IsPartlyExpanded(string path) => path.Contains("headers.", StringComparison.Ordinal) || path.Contains("env_vars.", StringComparison.Ordinal);

    [GeneratedRegex(@"^[-+]?[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fraction();

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.None, 1000)]
    private static partial Regex Variable();
}
