using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Tasklight.Agents.Models;

/// <summary>Asks again what may pass: too many requests, a provider's failure, a broken connection or answer. Never once a piece was handed on.</summary>
internal sealed class RetryingChatClient(IChatClient inner, ModelConnection connection, ModelLimits limits, TimeProvider clock) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        for (var attempt = 1; ; attempt++)
        {
            await using var answer = new ModelAnswer(InnerClient, asked, options, connection, limits, clock, cancellationToken);
            var beginning = new List<ChatResponseUpdate>();
            if (await BeginAsync(answer, beginning) is { } failure)
            {
                await WaitAsync(failure, attempt, cancellationToken);
                continue;
            }

            foreach (var update in beginning)
                yield return update;

            while (await answer.NextAsync() is { } update)
                yield return update;

            yield break;
        }
    }

    // What comes before the first content (a role, an id) is held back: nobody has seen anything of a failed attempt.
    private static async Task<ModelException?> BeginAsync(ModelAnswer answer, List<ChatResponseUpdate> beginning)
    {
        try
        {
            while (await answer.NextAsync() is { } update)
            {
                beginning.Add(update);
                if (update.Contents.Count > 0)
                    break;
            }

            return null;
        }
        catch (ModelException failure)
        {
            return failure;
        }
    }

    private async Task WaitAsync(ModelException failure, int attempt, CancellationToken cancellationToken)
    {
        var wait = Backoff(attempt);
        if (failure.RetryAfter > wait)
            wait = failure.RetryAfter.Value;

        if (!failure.IsPassing || attempt >= limits.Attempts || wait > limits.LongestRetryAfter)
            throw Final(failure, attempt);

        await Task.Delay(wait, clock, cancellationToken);
    }

    // Half of it by chance, so that those who were refused together do not come back together.
    private TimeSpan Backoff(int attempt)
    {
        var whole = limits.FirstRetryAfter * Math.Pow(2, attempt - 1);
        var most = whole < limits.LongestRetryAfter ? whole : limits.LongestRetryAfter;
        return most * (0.5 + (Random.Shared.NextDouble() / 2));
    }

    private static ModelException Final(ModelException failure, int attempts) => attempts == 1
        ? failure
        : new(failure.Failure, $"{failure.Message} This was attempt {attempts}.", failure) { Status = failure.Status, RetryAfter = failure.RetryAfter };
}
