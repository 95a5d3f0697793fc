namespace Tasklight.Sdk.Http;

/// <summary>One sending of a request under its time limit, and what its failure means.</summary>
internal sealed class Exchange : IDisposable
{
    private readonly ApiRequest _request;
    private readonly CancellationToken _ct;
    private readonly TimeSpan _time;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;

    public Exchange(ApiRequest request, Configuration configuration, TimeProvider clock, CancellationToken ct)
    {
        (_request, _ct, _time) = (request, ct, request.Limit ?? configuration.Timeout);
        Message = request.Build(configuration);
        _limit = new CancellationTokenSource(_time, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(ct, _limit.Token);
    }

    public HttpRequestMessage Message { get; }

    public CancellationToken Token => _either.Token;

    /// <summary>Reads an answer that was gathered whole.</summary>
    /// <exception cref="ModuleException">The answer is no success.</exception>
    public Answer Read(HttpResponseMessage response)
    {
        var answer = Answer.Of(response);
        return answer.IsSuccess ? answer : throw Answers.Failure(_request, answer);
    }

    /// <summary>What to throw instead of an exception of the HTTP client; null when it is to go on as it is.</summary>
    public ModuleException? Explain(Exception exception) => exception switch
    {
        _ when _ct.IsCancellationRequested => null,
        OperationCanceledException => new ModuleException(500, $"Could not {_request.What}: no answer within {_time.TotalSeconds:0} s.", exception) { IsTransient = true },
        HttpRequestException => Answers.NoConnection(_request, Message.RequestUri!, exception),
        _ => null,
    };

    public void Dispose()
    {
        Message.Dispose();
        _either.Dispose();
        _limit.Dispose();
    }
}
