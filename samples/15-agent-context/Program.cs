using Anthropic;
using Anthropic.Core;
using Microsoft.Extensions.AI;
using Tasklight.Sdk;
using Tasklight.Worker;

// A handler that asks the model which its agent names: instructions, model, address, headers and key come from the agent's settings with the
// task's own put over them, the message from the task with its files. Any IChatClient, or any other agent framework, would do.
// Run: dotnet run --project samples/15-agent-context     for an agent whose model_provider is anthropic; ANTHROPIC_API_KEY unless it has a key
var backend = new Backend();

await AgentWorker.RunAsync(async context =>
{
    var task = context.Task;
    var agent = await backend.GetAgentContextAsync(task, context.Cancelled);
    using var model = ModelOf(agent);
    ChatMessage[] messages = [new(ChatRole.System, agent.Instructions), await task.ToChatMessageAsync(context.RetryCount, withData: true, context.Cancelled)];

    var pieces = new List<ChatResponseUpdate>();
    await foreach (var piece in model.GetStreamingResponseAsync(messages, cancellationToken: context.Cancelled))
    {
        pieces.Add(piece);
        await context.ChunkAsync(piece.Text);
    }

    var answer = pieces.ToChatResponse();
    task.Result = answer.Text;
    task.Tokens = new() { PromptTokens = (int)(answer.Usage?.InputTokenCount ?? 0), CompletionTokens = (int)(answer.Usage?.OutputTokenCount ?? 0) };
    return task;
});

static IChatClient ModelOf(AgentContext agent)
{
    if (agent.ModelProvider != "anthropic")
    {
        throw new InvalidOperationException($"Agent '{agent.Agent.Name}' names the model provider '{agent.ModelProvider}'; this program knows anthropic alone.");
    }

    var options = new ClientOptions { ApiKey = agent.ModelCredentials?.Value ?? Environment.GetEnvironmentVariable("ANTHROPIC_API_KEY"), ExtraHeaders = agent.ModelHeaders };
    if (agent.ModelAddress is { } address)
    {
        options = options with { BaseUrl = address };
    }

    return new AnthropicClient(options).AsIChatClient(agent.ModelName, 4_096);
}
