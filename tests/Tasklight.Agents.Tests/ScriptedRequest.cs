using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Tests;

/// <summary>What a <see cref="ScriptedChatClient"/> was asked.</summary>
public sealed record ScriptedRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)
{
    /// <summary>All text of the last message.</summary>
    public string LastText => Messages.Count == 0 ? "" : Messages[^1].Text;

    /// <summary>The names of the tools that the model may call.</summary>
    public IReadOnlyList<string> Tools => [.. (Options?.Tools ?? []).Select(tool => tool.Name)];

    /// <summary>The results that the last messages bring, by the id of their call.</summary>
    public IReadOnlyDictionary<string, object?> Results => Messages
        .SelectMany(message => message.Contents.OfType<FunctionResultContent>())
        .ToDictionary(result => result.CallId, result => result.Result, StringComparer.Ordinal);
}
