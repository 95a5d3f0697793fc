using System.ClientModel;
using System.Text.Json;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Tasklight.Agents.Models;

/// <summary>One answer while it comes: within its limits, and with every failure as a <see cref="ModelException"/>.</summary>
internal sealed class ModelAnswer : IAsyncDisposable
{
    private readonly ModelConnection _connection;
    private readonly ModelLimits _limits;
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _both;
    private readonly IAsyncEnumerator<ChatResponseUpdate> _updates;
    private long _size;
    private long _heldBack;
    private bool _hasBegun;
    private bool _isFinished;

    public ModelAnswer(
        IChatClient client, IEnumerable<ChatMessage> messages, ChatOptions? options, ModelConnection connection, ModelLimits limits, TimeProvider clock, CancellationToken cancelled)
    {
        (_connection, _limits, _cancelled) = (connection, limits, cancelled);
        _silence = new(Timeout.InfiniteTimeSpan, clock);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancelled, _silence.Token);
        _updates = client.GetStreamingResponseAsync(messages, options, _both.Token).GetAsyncEnumerator(_both.Token);
    }

    /// <summary>The next piece; null at the end.</summary>
    /// <exception cref="ModelException">There is none.</exception>
    public async Task<ChatResponseUpdate?> NextAsync()
    {
        _silence.CancelAfter(_limits.Silence);
        ModelException? failure = null;
        var more = false;
        try
        {
            more = await _updates.MoveNextAsync();
        }
        catch (Exception e) when (!_cancelled.IsCancellationRequested && Failure(e) is { } found)
        {
            failure = found;
        }

        if (failure is not null)
            throw _hasBegun && failure.IsPassing ? BrokenOff(failure) : failure;

        if (!more)
            return _isFinished ? null : throw BrokenOff(null);

        _hasBegun |= _updates.Current.Contents.Count > 0;
        _isFinished |= _updates.Current.FinishReason is not null;
        Count(_updates.Current);
        return _updates.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await _updates.DisposeAsync();
        _both.Dispose();
        _silence.Dispose();
    }

    private void Count(ChatResponseUpdate update)
    {
        // Calls come when they are whole: until then their arguments are counted by the piece.
        _heldBack = update.Contents.OfType<FunctionCallContent>().Any() ? 0 : _heldBack + HeldBack(update.RawRepresentation);
        foreach (var content in update.Contents)
        {
            _size += content switch
            {
                TextContent text => text.Text.Length,
                TextReasoningContent text => text.Text.Length,
                FunctionCallContent call => ToolArguments.Write(call).Length,
                _ => 0,
            };
        }

        if (_size + _heldBack > _limits.MaxAnswerBytes)
            throw AnswerStream.TooLarge(_connection.Id, _limits.MaxAnswerBytes);
    }

    private static long HeldBack(object? piece) => piece switch
    {
        RawMessageStreamEvent { Value: RawContentBlockDeltaEvent { Delta.Value: InputJsonDelta arguments } } => arguments.PartialJson.Length,
        StreamingChatCompletionUpdate update => update.ToolCallUpdates.Sum(static call => call.FunctionArgumentsUpdate?.ToMemory().Length ?? 0L),
        _ => 0,
    };

    private ModelException BrokenOff(ModelException? why) =>
        new(ModelFailure.BrokenAnswer, $"The answer of {_connection.Id} ended in its middle.{(why is null ? "" : " " + why.Message)}", why) { Status = why?.Status, RetryAfter = why?.RetryAfter };

    private ModelException? Failure(Exception e)
    {
        if (_silence.IsCancellationRequested)
            return new(ModelFailure.Unavailable, $"Nothing came from {_connection.Id} for {_limits.Silence.TotalSeconds:0.#} s.", e);

        return Chain(e).OfType<ModelException>().FirstOrDefault() ?? e switch
        {
            AnthropicSseException sse => ProviderError.Of(_connection, null, Json(sse.Message)),
            HttpRequestException or IOException or AnthropicIOException or ClientResultException { Status: 0 } =>
                new(ModelFailure.Unavailable, $"The connection to {_connection.Id} at {_connection.Address.Host} failed: {Chain(e).Last().Message.TrimEnd('.')}.", e),
            // The providers' clients stumble over a JSON null where they expect an object.
            NullReferenceException or JsonException or AnthropicException or ClientResultException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException =>
                new(ModelFailure.BrokenAnswer, $"The answer of {_connection.Id} could not be read ({e.GetType().Name}).", e),
            _ => null,
        };
    }

    // "SSE error returned from server: '{…}'"
    private static string Json(string message) =>
        message.IndexOf('{') is var start and >= 0 && message.LastIndexOf('}') is var end && end > start ? message[start..(end + 1)] : "";

    private static IEnumerable<Exception> Chain(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            yield return e;
    }
}
