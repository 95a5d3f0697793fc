using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Tests;

/// <summary>
/// The double of a language model: answers with the given turns in their order, whoever asks, and remembers what it was asked.
/// Asked once too often it fails with a sentence that says so, unless <see cref="Otherwise"/> is set.
/// </summary>
public sealed class ScriptedChatClient(params ScriptedTurn[] turns) : IChatClient
{
    private readonly ConcurrentQueue<ScriptedTurn> _turns = new(turns);
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();

    /// <summary>Every request so far, with copies of what it held.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    /// <summary>Answers every request for which no turn is left: a model that loops for ever, or one that answers by what it is asked.</summary>
    public Func<ScriptedRequest, ScriptedTurn>? Otherwise { get; init; }

    /// <summary>One more turn behind the others.</summary>
    public ScriptedChatClient Then(ScriptedTurn turn)
    {
        _turns.Enqueue(turn);
        return this;
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ScriptedRequest([.. messages.Select(message => message.Clone())], options?.Clone());
        _requests.Enqueue(request);
        await foreach (var update in Next(request).PlayAsync(cancellationToken))
            yield return update;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private ScriptedTurn Next(ScriptedRequest request)
    {
        if (_turns.TryDequeue(out var turn))
            return turn;

        return Otherwise?.Invoke(request) ?? throw new InvalidOperationException($"The script has no turn for request {_requests.Count}: {request.LastText}");
    }
}
