using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Tasklight.Sdk.Http;

/// <summary>
/// One connection to an event stream, read in one of two ways. How it ended, well or broken, is a value: whoever reads decides whether to
/// come back.
/// </summary>
internal sealed class SseConnection<T>(
    Transport transport, ApiRequest request, Action<HttpRequestHeaders> addHeaders, SseItemParser<T> parse, Action? opened = null)
    : IAsyncDisposable, IDisposable
{
    private HttpResponseMessage? _response;
    private SseParser<T>? _parser;
    private IAsyncEnumerator<SseItem<T>>? _frames;
    private IEnumerator<SseItem<T>>? _framesHere;

    /// <summary>The server has begun the stream.</summary>
    public bool HasOpened => _response is not null;

    /// <summary>Why the stream broke or was refused; null when it ended in order.</summary>
    public ModuleException? Failure { get; private set; }

    /// <summary>The frame last read.</summary>
    public SseItem<T> Current { get; private set; }

    /// <summary>The id of the last frame that had one; empty before.</summary>
    public string LastEventId => _parser!.LastEventId;

    /// <summary>Opens the stream when it is not open yet, and waits for the next frame; false when there is none.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken ct)
    {
        try
        {
            _frames ??= await OpenAsync(ct).ConfigureAwait(false);
            if (await _frames.MoveNextAsync().ConfigureAwait(false))
            {
                Current = _frames.Current;
                return true;
            }
        }
        catch (Exception exception) when (Explain(exception) is { } failure)
        {
            Failure = failure;
        }

        return false;
    }

    /// <inheritdoc cref="NextAsync"/>
    public bool Next(CancellationToken ct)
    {
        try
        {
            _framesHere ??= Open(ct);
            if (_framesHere.MoveNext())
            {
                Current = _framesHere.Current;
                return true;
            }
        }
        catch (Exception exception) when (Explain(exception) is { } failure)
        {
            Failure = failure;
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (_frames is not null)
        {
            await _frames.DisposeAsync().ConfigureAwait(false);
        }

        _response?.Dispose();
    }

    public void Dispose()
    {
        _framesHere?.Dispose();
        _response?.Dispose();
    }

    private async Task<IAsyncEnumerator<SseItem<T>>> OpenAsync(CancellationToken ct)
    {
        _response = await transport.OpenStreamAsync(request, addHeaders, ct).ConfigureAwait(false);
        opened?.Invoke();
        var stream = await _response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        _parser = SseParser.Create(new WatchedStream(stream, transport.Clock, ct), parse);
        return _parser.EnumerateAsync(ct).GetAsyncEnumerator(ct);
    }

    private IEnumerator<SseItem<T>> Open(CancellationToken ct)
    {
        _response = transport.OpenStream(request, addHeaders, ct);
        opened?.Invoke();
        _parser = SseParser.Create(new WatchedStream(_response.Content.ReadAsStream(ct), transport.Clock, ct), parse);
        return _parser.Enumerate().GetEnumerator();
    }

    private ModuleException? Explain(Exception exception) => exception switch
    {
        ModuleException known => known,
        IOException or HttpRequestException => new ModuleException(500, $"Could not {request.What} any longer: {exception.Message}", exception) { IsTransient = true },
        JsonException => new ModuleException(500, $"Could not {request.What}: a frame is not the contract's ({exception.Message}).", exception),
        _ => null,
    };
}
