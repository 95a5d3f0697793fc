using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Tasklight.Sdk.Http;

/// <summary>One connection to an event stream. How it ended, well or broken, is a value: whoever reads decides whether to come back.</summary>
internal sealed class SseConnection<T>(Transport transport, ApiRequest request, Action<HttpRequestHeaders> addHeaders, SseItemParser<T> parse) : IAsyncDisposable
{
    private HttpResponseMessage? _response;
    private SseParser<T>? _parser;
    private IAsyncEnumerator<SseItem<T>>? _frames;

    /// <summary>Why the stream broke or was refused; null when it ended in order.</summary>
    public ModuleException? Failure { get; private set; }

    /// <summary>The frame last read.</summary>
    public SseItem<T> Current => _frames!.Current;

    /// <summary>The id of the last frame that had one; empty before.</summary>
    public string LastEventId => _parser!.LastEventId;

    /// <summary>Opens the stream when it is not open yet, and waits for the next frame; false when there is none.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken ct)
    {
        try
        {
            _frames ??= await OpenAsync(ct).ConfigureAwait(false);
            return await _frames.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ModuleException exception)
        {
            Failure = exception;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            Failure = new ModuleException(500, $"Could not {request.What} any longer: {exception.Message}", exception) { IsTransient = true };
        }
        catch (JsonException exception)
        {
            Failure = new ModuleException(500, $"Could not {request.What}: a frame is not the contract's ({exception.Message}).", exception);
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

    private async Task<IAsyncEnumerator<SseItem<T>>> OpenAsync(CancellationToken ct)
    {
        _response = await transport.OpenStreamAsync(request, addHeaders, ct).ConfigureAwait(false);
        var stream = await _response.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        _parser = SseParser.Create(new WatchedStream(stream, transport.Clock), parse);
        return _parser.EnumerateAsync(ct).GetAsyncEnumerator(ct);
    }
}
