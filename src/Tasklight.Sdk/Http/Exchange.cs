using System.Net.Sockets;

namespace Tasklight.Sdk.Http;

/// <summary>One sending of a request under its time limit, and what its failure means.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly ApiRequest _request;
    private readonly CancellationToken _ct;
    private readonly TimeSpan _time;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;

    public Exchange(ApiRequest request, Configuration configuration, TimeProvider clock, CancellationToken ct)
    {
        (_request, _ct, _clock, _time) = (request, ct, clock, request.Limit ?? configuration.Timeout);
        Message = request.Build(configuration);
        _limit = new CancellationTokenSource(_time, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(ct, _limit.Token);
    }

    public HttpRequestMessage Message { get; }

    public CancellationToken Token => _either.Token;

    /// <summary>A size that is checked while the answer comes in lets it come in bit by bit.</summary>
    public HttpCompletionOption Completion => _request.LargestAnswer is null ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead;

    /// <summary>Reads the answer.</summary>
    /// <exception cref="ModuleException">The answer is no success, or too large.</exception>
    public async Task<Answer> ReadAsync(HttpResponseMessage response) => Succeeded(_request.LargestAnswer is { } largest
        ? Answer.Of(response, await LimitedBody.ReadAsync(response, _request, largest, Token).ConfigureAwait(false), _clock)
        : Answer.Of(response, _clock));

    /// <inheritdoc cref="ReadAsync"/>
    public Answer Read(HttpResponseMessage response) => Succeeded(_request.LargestAnswer is { } largest
        ? Answer.Of(response, LimitedBody.Read(response, _request, largest, Token), _clock)
        : Answer.Of(response, _clock));

    /// <summary>What <see cref="Explains"/> found.</summary>
    public ModuleException? Failure { get; private set; }

    /// <summary>Whether there is a <see cref="Failure"/> to throw instead of this exception of the HTTP client.</summary>
    public bool Explains(Exception exception) => (Failure = Explain(exception)) is not null;

    public void Dispose()
    {
        Message.Dispose();
        _either.Dispose();
        _limit.Dispose();
    }

    private Answer Succeeded(Answer answer) => answer.IsSuccess ? answer : throw Answers.Failure(_request, answer);

    private ModuleException? Explain(Exception exception) => exception switch
    {
        _ when _ct.IsCancellationRequested => null,
        HttpRequestException { InnerException: PrivateAddressException refusal } => new ModuleException(403, $"Could not {_request.What}: {refusal.Message}", exception),
        _ when IsBroken(exception) => Answers.NoConnection(_request, Message.RequestUri!, exception),
        OperationCanceledException => new ModuleException(500, $"Could not {_request.What}: no answer within {_time.TotalSeconds:0} s.", exception) { IsTransient = true },
        _ => null,
    };

    /// <summary>
    /// The connection failed. One that is reset in the moment it is made shows itself by its socket, which is gone; one that is not made in its
    /// time by a cancellation for which nobody asked.
    /// </summary>
    private static bool IsBroken(Exception exception) =>
        exception is HttpRequestException or IOException or SocketException or ObjectDisposedException or OperationCanceledException { InnerException: TimeoutException };
}
