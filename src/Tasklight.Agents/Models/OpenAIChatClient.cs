using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace Tasklight.Agents.Models;

/// <summary>The chat completions API of OpenAI and of everybody who speaks it, always streamed.</summary>
internal sealed class OpenAIChatClient(ChatClient client, ModelConnection connection) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    // What a caller asks for wrongly fails here and now, not as an answer.
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        AskAsync(OpenAIMessages.Of(messages, options?.Instructions), OpenAIOptions.Of(options, connection), cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : serviceKey is null && serviceType.IsInstanceOfType(client) ? client : null;

    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> AskAsync(
        List<OpenAI.Chat.ChatMessage> asked, ChatCompletionOptions how, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = new OpenAIAnswer(connection);
        await foreach (var update in client.CompleteChatStreamingAsync(asked, how, cancellationToken))
        {
            if (answer.Read(update) is { } piece)
                yield return piece;
        }

        yield return answer.End();
    }
}
