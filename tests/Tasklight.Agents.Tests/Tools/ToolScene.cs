using System.Text.Json;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Http;
using Tasklight.Stub;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>An agent and a task for a source of tools, without a server behind them.</summary>
internal sealed class ToolScene
{
    private static readonly Transport Nowhere = new(new Configuration { BaseUrl = "http://127.0.0.1:9", ApiKey = "key" });

    private Transport _server = Nowhere;

    public AgentFields Agent { get; } = new() { Id = "clerk" };

    public AgentTaskFields Fields { get; } = new() { Id = "task-1", AgentId = "clerk" };

    /// <summary>Everything is allowed.</summary>
    public static ToolAccess Open { get; } = new() { AllowPrivateAddresses = true, LocalServers = LocalServers.Agents };

    public AgentTask Task => field ??= new AgentTask(Fields, new TaskLink(_server));

    public AgentContext Context => AgentContext.Of(new Agent(Agent, Nowhere), Fields, new Dictionary<string, string>());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A node of the agent's graph for a server.</summary>
    public ToolScene With(MCPServerDetails server)
    {
        Agent.Graph = [.. Agent.Graph, new AgentGraphItem { Id = $"node-{Agent.Graph.Count}", ItemId = $"mcp-{Agent.Graph.Count}", Type = AgentGraphItemType.Mcp, Settings = new() { McpSettings = server } }];
        return this;
    }

    /// <summary>Tasklight's server, which knows of logins, and the end user whom the task is for.</summary>
    public ToolScene On(StubServer server, string user = "ann")
    {
        _server = new Transport(new Configuration { BaseUrl = server.BaseUrl, ApiKey = "key" });
        Fields.Input = new() { User = new User { Id = user, Email = $"{user}@example.org" } };
        return this;
    }

    public ValueTask<IReadOnlyList<RuntimeTool>> OpenAsync(IToolSource source) => source.OpenAsync(Context, Task, Ct);

    public async Task<ToolOutcome> CallAsync(RuntimeTool tool, string arguments = "{}", string id = "call-1") =>
        await tool.InvokeAsync(new ToolInvocation(id, tool.Complete(JsonElement.Parse(arguments)), Task), Ct);
}
