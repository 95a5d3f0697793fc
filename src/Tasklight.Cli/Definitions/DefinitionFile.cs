using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tasklight.Cli.Definitions;

/// <summary>
/// Reads agents from a YAML file: one a document, or a list under <c>agents</c>. Everything that is wrong is told at once, with its line, column
/// and field.
/// </summary>
internal sealed class DefinitionFile
{
    private readonly string _file;
    private readonly Func<string, string?> _environment;
    private readonly List<DefinitionError> _errors = [];

    private DefinitionFile(string file, Func<string, string?> environment) => (_file, _environment) = (file, environment);

    /// <summary>The agents of a file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="DefinitionException">Something is wrong.</exception>
    public static IReadOnlyList<AgentDefinition> Read(string file, TextReader text, Func<string, string?> environment)
    {
        var reading = new DefinitionFile(file, environment);
        var agents = reading.ReadAll(text);
        return reading._errors.Count == 0 ? agents : throw new DefinitionException([.. reading._errors.OrderBy(error => (error.At.Line, error.At.Column))]);
    }

    private List<AgentDefinition> ReadAll(TextReader text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException problem)
        {
            _errors.Add(new DefinitionError(_file, new Mark(problem.Start.Line, problem.Start.Column, ""), problem.InnerException?.Message ?? problem.Message));
            return [];
        }

        var agents = new List<AgentDefinition>();
        foreach (var node in stream.Documents.SelectMany(document => AgentsOf(document.RootNode)))
        {
            if (ReadAgent(node) is { } agent)
            {
                agents.Add(agent);
            }
        }

        if (agents.Count == 0 && _errors.Count == 0)
        {
            _errors.Add(new DefinitionError(_file, new Mark(1, 1, ""), "There is no agent in this file."));
        }

        return agents;
    }

    private static IEnumerable<YamlNode> AgentsOf(YamlNode root)
    {
        if (root is YamlScalarNode { Value: null or "" })
        {
            return [];
        }

        return root is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode("agents"), out var agents) && agents is YamlSequenceNode list
            ? list.Children
            : [root];
    }

    private AgentDefinition? ReadAgent(YamlNode node)
    {
        var marks = new Marks();
        var before = _errors.Count;
        if (new YamlReader(_file, _environment, _errors).Read(node, marks) is not JsonObject json)
        {
            _errors.Add(new DefinitionError(_file, new Mark(node.Start.Line, node.Start.Column, ""), "Expected an agent: fields with values, name first."));
            return null;
        }

        void IsWrong(string path, string message) => _errors.Add(new DefinitionError(_file, marks.Find(path), message));
        KnownFields.Check(json, IsWrong);
        json.Remove("id", out var id);
        var subAgents = Abbreviations.Expand(json, marks, IsWrong);
        KnownFields.Check(json, _errors.Count == before ? IsWrong : static (_, _) => { });
        return Parse(json, marks) is { } fields && _errors.Count == before
            ? new AgentDefinition(_file, fields.Name.Value!, id?.ToString(), fields, subAgents, marks)
            : null;
    }

    private CreateAgentRequest? Parse(JsonObject json, Marks marks)
    {
        var unread = json.Where(field => !IsRead(field.Key, field.Value, marks)).Select(field => field.Key).ToList();
        unread.ForEach(name => json.Remove(name));
        var fields = json.Deserialize(ProtocolJson.Default.CreateAgentRequest)!;
        var problems = new List<FieldError>();
        fields.Validate(problems);
        // What an unset variable left empty is told already.
        var told = _errors.Select(error => (error.At.Line, error.At.Path)).ToHashSet();
        _errors.AddRange(problems.Where(problem => !unread.Contains(problem.Loc.ElementAtOrDefault(1) as string ?? ""))
            .Select(problem => new DefinitionError(_file, marks.Find(PathOf(problem.Loc)), problem.Msg)).Where(error => !told.Contains((error.At.Line, error.At.Path))));
        _errors.AddRange(WrittenSchemas.Problems(fields).Select(problem => new DefinitionError(_file, marks.Find(problem.Path), problem.Message)));
        return fields;
    }

    // Each field by itself, so that one that cannot be read does not hide the others' mistakes.
    private bool IsRead(string name, JsonNode? value, Marks marks)
    {
        try
        {
            _ = new JsonObject { [name] = value?.DeepClone() }.Deserialize(ProtocolJson.Default.CreateAgentRequest);
            return true;
        }
        catch (JsonException problem)
        {
            var sentence = problem.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0];
            _errors.Add(new DefinitionError(_file, marks.Find(PathOf(problem.Path) + InnerPathOf(problem.InnerException)), Plain(sentence)));
            return false;
        }
    }

    private static string PathOf(string? path) => path is null or "$" ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path.TrimStart('$');

    // A field that may be absent is read by itself, so its problems know the way from it only.
    private static string InnerPathOf(Exception? inner) => inner is JsonException { Path: { Length: > 1 } path } ? path[1..] : "";

    private static string PathOf(IReadOnlyList<object> location) =>
        string.Concat(location.Skip(1).Select((part, position) => part is string name ? (position == 0 ? name : "." + name) : $"[{part}]"));

    // The reader's own sentence names .NET types.
    private static string Plain(string sentence) =>
        sentence.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) ? "The value is of the wrong kind for this field." : sentence;
}
