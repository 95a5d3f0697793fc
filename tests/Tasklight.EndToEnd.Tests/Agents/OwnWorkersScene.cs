using Microsoft.Extensions.AI;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>A server that runs agents itself, and what tests do with it.</summary>
internal static class OwnWorkersScene
{
    public static ScriptedChatClient Answering(string text) => new() { Otherwise = _ => new ScriptedTurn().Text(text) };

    public static Task<ServerFixture> StartAsync(IChatClient model, params string[] settings) => ServerFixture.StartAsync(
        services => services.AddSingleton(new AgentRuntimeOptions { OpenModel = _ => model }), ["--runtime", "true", .. settings]);

    public static RestApi Api(ServerFixture server) => new(new Uri(server.BaseUrl), server.Key);

    public static Task<Agent> CreateAgentAsync(ServerFixture server, string model = "gpt-4o") =>
        new Tasklight.Sdk.Agents(server.Configuration()).CreateAsync(new CreateAgentRequest { Name = "model agent", ModelProvider = "openai", ModelName = model }, ct: TestContext.Current.CancellationToken);

    public static Task<AgentTask> CreateTaskAsync(ServerFixture server, string agent, Action<CreateTaskRequest>? change = null)
    {
        var request = new CreateTaskRequest { Input = new() { Text = "Greet me" }, EventsStreaming = true, OutputFormat = OutputFormat.Text };
        change?.Invoke(request);
        return new Tasks(server.Configuration()).CreateAsync(agent, request, ct: TestContext.Current.CancellationToken);
    }

    public static Task<AgentTask> EndAsync(AgentTask task) => AgentScene.EndAsync(task);
}
