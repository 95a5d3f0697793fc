using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Schema;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>The tools of a run, by name.</summary>
internal sealed class ToolSet : IAsyncDisposable
{
    private readonly List<RuntimeTool> _builtIn;
    private readonly IReadOnlyList<IToolSource> _sources;
    private readonly AgentContext _agent;
    private readonly AgentTask _task;
    private readonly Dictionary<(string Tool, bool IsComplete), JsonSchema?> _schemas = [];
    private IReadOnlyList<RuntimeTool>[] _opened;
    private Dictionary<string, RuntimeTool> _tools = new(StringComparer.Ordinal);

    private ToolSet(IEnumerable<RuntimeTool> builtIn, IReadOnlyList<IToolSource> sources, AgentContext agent, AgentTask task)
    {
        (_builtIn, _sources, _agent, _task) = ([.. builtIn], sources, agent, task);
        _opened = new IReadOnlyList<RuntimeTool>[sources.Count];
    }

    /// <summary>The names, for people and models.</summary>
    public string Names => _tools.Count == 0 ? "none" : string.Join(", ", _tools.Keys.Order(StringComparer.Ordinal));

    /// <summary>Tokens that the tools' descriptions take in every request.</summary>
    public long Tokens => _tools.Values.Sum(tool => ContextGauge.TokensOf(tool.Name) + ContextGauge.TokensOf(tool.Description) + ContextGauge.TokensOf(tool.Parameters.GetRawText()));

    /// <summary>What the model is told of them; null = there are none.</summary>
    public IList<AITool>? Declarations => _tools.Count == 0
        ? null
        : [.. _tools.Values.Select(DeclarationOf)];

    /// <summary>Opens the sources, all at once. Of two tools with one name the one of the earlier source stays.</summary>
    public static async Task<ToolSet> OpenAsync(IEnumerable<RuntimeTool> builtIn, IReadOnlyList<IToolSource> sources, AgentContext agent, AgentTask task, CancellationToken ct)
    {
        var set = new ToolSet(builtIn, sources, agent, task);
        try
        {
            set.Show(await Task.WhenAll(sources.Select(source => source.OpenAsync(agent, task, ct).AsTask())).ConfigureAwait(false));
            return set;
        }
        catch
        {
            await set.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the sources whose tools have changed anew; to be called while no tool runs.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        if (_sources.Any(source => source.HasChanged))
        {
            Show(await Task.WhenAll(_sources.Select((source, place) => source.HasChanged ? source.OpenAsync(_agent, _task, ct).AsTask() : Task.FromResult(_opened[place]))).ConfigureAwait(false));
        }
    }

    public RuntimeTool? Find(string name) => _tools.GetValueOrDefault(name);

    /// <summary>What of the model's arguments does not fit the tool's schema. A schema that cannot be read checks nothing: the tool itself will.</summary>
    public IReadOnlyList<SchemaViolation> Check(RuntimeTool tool, JsonElement arguments) => Check((tool.Name, false), tool.Parameters, arguments);

    /// <summary>The same for what a person made of the complete arguments.</summary>
    public IReadOnlyList<SchemaViolation> CheckComplete(RuntimeTool tool, JsonElement arguments) => Check((tool.Name, true), tool.CompleteParameters, arguments);

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static AITool DeclarationOf(RuntimeTool tool)
    {
        var shown = ShownSchema.Of(tool.Parameters);
        return AIFunctionFactory.CreateDeclaration(tool.Name, shown.Besides is null ? tool.Description : $"{tool.Description}\n{shown.Besides}", shown.Schema);
    }

    private void Show(IReadOnlyList<RuntimeTool>[] opened)
    {
        _opened = opened;
        _tools = new(StringComparer.Ordinal);
        _schemas.Clear();
        foreach (var tool in _builtIn.Concat(opened.SelectMany(tools => tools)))
        {
            _tools.TryAdd(tool.Name, tool);
        }
    }

    private IReadOnlyList<SchemaViolation> Check((string Tool, bool IsComplete) key, JsonElement parameters, JsonElement arguments)
    {
        if (!_schemas.TryGetValue(key, out var schema))
        {
            _schemas[key] = schema = Parse(parameters);
        }

        return schema?.Validate(arguments) ?? [];
    }

    private static JsonSchema? Parse(JsonElement schema)
    {
        try
        {
            return JsonSchema.Parse(schema);
        }
        catch (SchemaException)
        {
            return null;
        }
    }
}
