using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Events;

/// <summary>The messages of a thread as REST shows them (rest-v1 §3), from the activity of its task.</summary>
static class ThreadFold
{
    /// <summary>User and assistant messages alone.</summary>
    public static List<ThreadMessage> Plain(ActivityFold activity) => Messages(activity, withTools: false);

    /// <summary>The same with the tools that were called for each answer.</summary>
    public static List<ThreadMessage> Full(ActivityFold activity) => Messages(activity, withTools: true);

    static List<ThreadMessage> Messages(ActivityFold activity, bool withTools)
    {
        List<ThreadMessage> messages = [];
        List<JsonElement> calls = [];
        foreach (var entry in activity.Thread.Messages)
        {
            switch (entry)
            {
                case AgentActivityThreadMessage { Role: ActivityRole.User } question:
                    messages.Add(Message(question, ThreadRole.User));
                    calls = [];
                    break;
                case AgentActivityThreadMessage answer:
                    messages.Add(Message(answer, ThreadRole.Assistant) with { Metrics = Metrics(activity, answer.Id), ToolCalls = withTools ? calls : null });
                    calls = [];
                    break;
                case AgentActivityThreadToolCall call when withTools:
                    calls.Add(JsonSerializer.SerializeToElement(call, ProtocolJson.Default.AgentActivityThreadToolCall));
                    break;
            }
        }

        return messages;
    }

    static ThreadMessage Message(AgentActivityThreadMessage message, ThreadRole role) =>
        new() { Id = message.Id, Role = role, Content = message.Content.Text ?? "", CreatedAt = message.CreatedAt.ToUnixTimeSeconds() };

    static ThreadMessageMetrics? Metrics(ActivityFold activity, string id) => activity.Tokens.TryGetValue(id, out var tokens)
        ? new ThreadMessageMetrics { InputTokens = tokens.PromptTokens, OutputTokens = tokens.CompletionTokens }
        : null;
}
