using System.Text.Json.Serialization;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <summary>An agent: its fields, what follows from them, and its tasks.</summary>
public sealed partial class Agent : AgentFields
{
    private readonly Transport _transport;

    internal Agent(AgentFields fields, Transport transport)
    {
        _transport = transport;
        foreach (var property in ProtocolJson.Default.AgentFields.Properties)
        {
            property.Set?.Invoke(this, property.Get?.Invoke(fields));
        }
    }

    /// <summary>What this agent's calls are made with. Never written as JSON: it holds the key.</summary>
    [JsonIgnore]
    public Configuration Configuration => _transport.Configuration;

    /// <summary>It takes tasks.</summary>
    [JsonIgnore]
    public bool IsActive => Status == AgentStatus.Active;

    /// <summary>It has sub-agents.</summary>
    [JsonIgnore]
    public bool IsATeam => SubAgents.Count > 0;

    /// <summary>The ids of its sub-agents.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> SubAgents => [.. Graph.Where(node => node.Type == AgentGraphItemType.Agent).Select(node => node.ItemId)];

    /// <summary>The MCP servers of its graph.</summary>
    [JsonIgnore]
    public IReadOnlyList<MCPServerDetails> McpServers =>
        [.. Graph.Where(node => node.Type == AgentGraphItemType.Mcp).Select(node => node.Settings?.McpSettings).OfType<MCPServerDetails>()];

    /// <summary>How its results look.</summary>
    [JsonIgnore]
    public AgentOutput Output =>
        new(OutputFormat == OutputFormat.Json ? OutputSchema : null, OutputFormat == OutputFormat.Markdown, OutputFormat == OutputFormat.Json);

    /// <summary>Its name with everything but ASCII letters, digits and underscores replaced, never beginning with a digit.</summary>
    [JsonIgnore]
    public string SanitizedName
    {
        get
        {
            var name = string.Concat(Name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
            return name.Length == 0 ? "_agent" : char.IsAsciiDigit(name[0]) ? "_" + name : name;
        }
    }

    /// <summary>It has knowledge bases.</summary>
    [JsonIgnore]
    public bool SearchKnowledge => KnowledgeBases.Count > 0;

    /// <summary>Fetches an agent.</summary>
    /// <param name="agentId">Its id; <see cref="Configuration.AgentId"/> when null.</param>
    /// <param name="configuration">Where and who; from the environment when null.</param>
    /// <param name="version">The version; the current one when null.</param>
    /// <param name="ct">Ends the call.</param>
    /// <exception cref="ModuleException">400: no agent id is set. 404: there is no such agent.</exception>
    public static Task<Agent> LoadAsync(string? agentId = null, Configuration? configuration = null, int? version = null, CancellationToken ct = default) =>
        new Agents(configuration).GetAsync(agentId, version, ct);

    /// <inheritdoc cref="LoadAsync"/>
    public static Agent Load(string? agentId = null, Configuration? configuration = null, int? version = null, CancellationToken ct = default) =>
        new Agents(configuration).Get(agentId, version, ct);

    /// <summary>Creates a task of this agent from a prompt.</summary>
    /// <inheritdoc cref="Tasks.CreateAsync(string, string, IReadOnlyList{string}, bool, CancellationToken)"/>
    public Task<AgentTask> CreateTaskAsync(
        string prompt, IReadOnlyList<string>? files = null, bool eventsStreaming = false, CancellationToken ct = default) =>
        CreateTaskAsync(Tasks.Prompt(prompt, files, eventsStreaming), ct: ct);

    /// <inheritdoc cref="CreateTaskAsync(string, IReadOnlyList{string}, bool, CancellationToken)"/>
    public AgentTask CreateTask(string prompt, IReadOnlyList<string>? files = null, bool eventsStreaming = false, CancellationToken ct = default) =>
        CreateTask(Tasks.Prompt(prompt, files, eventsStreaming), ct: ct);

    /// <summary>Creates a task of this agent, or begins the next turn of the one whose id the request names. Its source is <c>sdk</c> unless said.</summary>
    /// <inheritdoc cref="Tasks.CreateAsync(string, CreateTaskRequest, string, string, CancellationToken)"/>
    public Task<AgentTask> CreateTaskAsync(
        CreateTaskRequest request, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        new Tasks(_transport).CreateAsync(Id, FromSdk(request), agentVersion, idempotencyKey, ct);

    /// <inheritdoc cref="CreateTaskAsync(CreateTaskRequest, string, string, CancellationToken)"/>
    public AgentTask CreateTask(CreateTaskRequest request, string? agentVersion = null, string? idempotencyKey = null, CancellationToken ct = default) =>
        new Tasks(_transport).Create(Id, FromSdk(request), agentVersion, idempotencyKey, ct);

    private static CreateTaskRequest FromSdk(CreateTaskRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Source is not null)
        {
            return request;
        }

        var tagged = request.Clone();
        tagged.Source = "sdk";
        return tagged;
    }
}
