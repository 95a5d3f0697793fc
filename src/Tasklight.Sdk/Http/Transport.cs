using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Sdk.Http;

/// <summary>Sends calls and reads answers; everything that is not the contract's 2xx becomes a <see cref="ModuleException"/>.</summary>
internal sealed class Transport(Configuration configuration, HttpClient? http = null, TimeProvider? clock = null)
{
    private readonly HttpClient _http = http ?? SharedHttp.Client;

    public Configuration Configuration => configuration;

    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    /// <summary>Sends a call and reads its answer.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<T> SendAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var answer = await SendAsync(request, ct).ConfigureAwait(false);
        return Answers.Read(request, answer, type);
    }

    /// <summary>Sends a call whose answer does not matter beyond its success.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public Task<Answer> SendAsync(ApiRequest request, CancellationToken ct) =>
        request.IsSafeToRepeat && configuration.RetryFor > TimeSpan.Zero
            ? Retry.RunAsync(ct => SendOnceAsync(request, ct), configuration.RetryFor, Clock, ct)
            : SendOnceAsync(request, ct);

    /// <summary>Opens an event stream; the caller disposes the answer.</summary>
    /// <exception cref="ModuleException">The call failed, or the answer is no event stream.</exception>
    public async Task<HttpResponseMessage> OpenStreamAsync(ApiRequest request, Action<HttpRequestHeaders> addHeaders, CancellationToken ct)
    {
        using var message = request.Build(configuration);
        message.Headers.Accept.ParseAdd("text/event-stream");
        message.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        addHeaders(message.Headers);
        var response = await CallAsync(request, message, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            return response;
        }

        using (response)
        {
            throw Answers.Failure(request, await ReadAsync(request, response, ct).ConfigureAwait(false));
        }
    }

    private async Task<Answer> SendOnceAsync(ApiRequest request, CancellationToken ct)
    {
        using var message = request.Build(configuration);
        var time = request.Limit ?? configuration.Timeout;
        using var limit = new CancellationTokenSource(time, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var response = await CallAsync(request, message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var answer = await ReadAsync(request, response, either.Token).ConfigureAwait(false);
            return answer.IsSuccess ? answer : throw Answers.Failure(request, answer);
        }
        catch (OperationCanceledException exception) when (!ct.IsCancellationRequested)
        {
            throw new ModuleException(500, $"Could not {request.What}: no answer within {time.TotalSeconds:0} s.", exception) { IsTransient = true };
        }
    }

    private async Task<HttpResponseMessage> CallAsync(
        ApiRequest request, HttpRequestMessage message, HttpCompletionOption completion, CancellationToken ct)
    {
        try
        {
            return await _http.SendAsync(message, completion, ct).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw Answers.NoConnection(request, message.RequestUri!, exception);
        }
    }

    private static async Task<Answer> ReadAsync(ApiRequest request, HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return Answer.Of(response, await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Answers.NoConnection(request, response.RequestMessage!.RequestUri!, exception);
        }
    }
}
