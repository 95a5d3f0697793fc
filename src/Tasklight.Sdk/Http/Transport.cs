using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Tasklight.Sdk.Http;

/// <summary>
/// Sends calls, waiting for the answer in one of two ways: as a task, or on the calling thread (synchronous I/O down to the socket, never a
/// wait for a task). Everything that is not the contract's 2xx becomes a <see cref="ModuleException"/>.
/// </summary>
internal sealed class Transport(Configuration configuration, HttpClient? http = null, TimeProvider? clock = null, ILogger? log = null)
{
    private readonly HttpClient _http = http ?? SharedHttp.Client;

    public Configuration Configuration => configuration;

    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    public ILogger Log { get; } = log ?? NullLogger.Instance;

    /// <summary>The same HTTP client, clock and log with other settings.</summary>
    public Transport With(Configuration? other) => other is null ? this : new Transport(other, _http, Clock, Log);

    /// <summary>Sends a call and reads its answer.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<T> SendAsync<T>(Call<T> call, CancellationToken ct) => call.Read(await SendAsync(call.Request, ct).ConfigureAwait(false));

    /// <inheritdoc cref="SendAsync{T}"/>
    public T Send<T>(Call<T> call, CancellationToken ct) => call.Read(Send(call.Request, ct));

    /// <summary>Sends a call whose answer does not matter beyond its success.</summary>
    /// <exception cref="ModuleException">The call failed; see its kinds.</exception>
    public async Task<Answer> SendAsync(ApiRequest request, CancellationToken ct)
    {
        using var trace = CallTrace.Start(request, this);
        try
        {
            return trace.Done(await (IsRepeated(request)
                ? Retry.RunAsync(ct => SendOnceAsync(request, ct), RetryLimits.Of(configuration), Clock, trace.Repeating, ct)
                : SendOnceAsync(request, ct)).ConfigureAwait(false));
        }
        catch (ModuleException exception) when (trace.Note(exception))
        {
            throw;
        }
    }

    /// <inheritdoc cref="SendAsync(ApiRequest, CancellationToken)"/>
    public Answer Send(ApiRequest request, CancellationToken ct)
    {
        using var trace = CallTrace.Start(request, this);
        try
        {
            return trace.Done(IsRepeated(request)
                ? Retry.Run(ct => SendOnce(request, ct), RetryLimits.Of(configuration), Clock, trace.Repeating, ct)
                : SendOnce(request, ct));
        }
        catch (ModuleException exception) when (trace.Note(exception))
        {
            throw;
        }
    }

    /// <summary>Opens an event stream; the caller disposes the answer.</summary>
    /// <exception cref="ModuleException">The call failed, or the answer is no event stream.</exception>
    public async Task<HttpResponseMessage> OpenStreamAsync(ApiRequest request, Action<HttpRequestHeaders> addHeaders, CancellationToken ct)
    {
        using var exchange = Opening(request, addHeaders, ct);
        try
        {
            var response = await _http.SendAsync(exchange.Message, HttpCompletionOption.ResponseHeadersRead, exchange.Token).ConfigureAwait(false);
            if (IsEventStream(response))
            {
                return response;
            }

            using (response)
            {
                throw Answers.Failure(request, Answer.Of(response, await response.Content.ReadAsByteArrayAsync(exchange.Token).ConfigureAwait(false), Clock));
            }
        }
        catch (Exception exception) when (exchange.Explains(exception))
        {
            throw exchange.Failure!;
        }
    }

    /// <inheritdoc cref="OpenStreamAsync"/>
    public HttpResponseMessage OpenStream(ApiRequest request, Action<HttpRequestHeaders> addHeaders, CancellationToken ct)
    {
        using var exchange = Opening(request, addHeaders, ct);
        try
        {
            var response = _http.Send(exchange.Message, HttpCompletionOption.ResponseHeadersRead, exchange.Token);
            if (IsEventStream(response))
            {
                return response;
            }

            using (response)
            {
                using var body = new MemoryStream();
                response.Content.CopyTo(body, null, exchange.Token);
                throw Answers.Failure(request, Answer.Of(response, body.ToArray(), Clock));
            }
        }
        catch (Exception exception) when (exchange.Explains(exception))
        {
            throw exchange.Failure!;
        }
    }

    private static bool IsEventStream(HttpResponseMessage response) =>
        response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream";

    private bool IsRepeated(ApiRequest request) => request.IsSafeToRepeat && configuration.RetryFor > TimeSpan.Zero;

    private async Task<Answer> SendOnceAsync(ApiRequest request, CancellationToken ct)
    {
        ConfigurationValidator.RequireLimits(configuration);
        using var exchange = new Exchange(request, configuration, Clock, ct);
        try
        {
            using var response = await ClientFor(request).SendAsync(exchange.Message, exchange.Completion, exchange.Token).ConfigureAwait(false);
            return await exchange.ReadAsync(response).ConfigureAwait(false);
        }
        catch (Exception exception) when (exchange.Explains(exception))
        {
            throw exchange.Failure!;
        }
    }

    private Answer SendOnce(ApiRequest request, CancellationToken ct)
    {
        ConfigurationValidator.RequireLimits(configuration);
        using var exchange = new Exchange(request, configuration, Clock, ct);
        try
        {
            using var response = ClientFor(request).Send(exchange.Message, exchange.Completion, exchange.Token);
            return exchange.Read(response);
        }
        catch (Exception exception) when (exchange.Explains(exception))
        {
            throw exchange.Failure!;
        }
    }

    // Links that came with a task lead wherever its maker wished.
    private HttpClient ClientFor(ApiRequest request) =>
        request.IsForeign && !configuration.AllowPrivateFileAddresses && !LeadsToServer(request.Url) ? GuardedHttp.ClientFor(configuration.AllowedFileHosts) : _http;

    private bool LeadsToServer(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var file) && (IsAt(file, configuration.BaseUrl) || IsAt(file, configuration.PublicUrl));

    private static bool IsAt(Uri file, string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var server) && file.Scheme == server.Scheme && file.Port == server.Port
        && (string.Equals(file.Host, server.Host, StringComparison.OrdinalIgnoreCase) || (file.IsLoopback && server.IsLoopback));

    // A server that says nothing at all is as silent as a stream that falls silent later.
    private Exchange Opening(ApiRequest request, Action<HttpRequestHeaders> addHeaders, CancellationToken ct)
    {
        var exchange = new Exchange(request with { Limit = WatchedStream.LongestSilence }, configuration, Clock, ct);
        exchange.Message.Headers.Accept.ParseAdd("text/event-stream");
        exchange.Message.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        addHeaders(exchange.Message.Headers);
        return exchange;
    }
}
