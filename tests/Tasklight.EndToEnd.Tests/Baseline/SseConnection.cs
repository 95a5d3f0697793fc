using System.Net.Http.Headers;
using System.Text;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>One open stream, read line by line as httpx cuts lines: at every character that Python calls a line boundary.</summary>
sealed class SseConnection : IDisposable
{
    readonly HttpResponseMessage _answer;
    readonly StreamReader _reader;
    readonly SseDecoder _decoder = new();
    readonly StringBuilder _line = new();
    readonly char[] _buffer = new char[4096];
    int _at;
    int _end;
    bool _afterReturn;

    SseConnection(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _reader = new StreamReader(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Opens a stream; a <see cref="ModelException"/> when the answer is not one, whatever its status.</summary>
    public static async Task<SseConnection> OpenAsync(HttpClient http, string url, string apiKey, CancellationToken cancel, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("x-api-key", apiKey);
        request.Headers.Accept.Add(new("text/event-stream"));
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream")
            return new(answer, await answer.Content.ReadAsStreamAsync(cancel));

        var text = await answer.Content.ReadAsStringAsync(cancel);
        answer.Dispose();
        throw new ModelException($"Expected response header Content-Type to contain 'text/event-stream'; {(int)answer.StatusCode}: {text}");
    }

    /// <summary>The next event, or null when the server ended the stream in order.</summary>
    public async Task<SseEvent?> NextAsync(CancellationToken cancel)
    {
        while (await ReadLineAsync(cancel) is { } line)
        {
            if (_decoder.Decode(line) is { } completed)
                return completed;
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
    }

    async Task<string?> ReadLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            while (_at < _end)
            {
                var next = _buffer[_at++];
                var isPair = next == '\n' && _afterReturn;
                _afterReturn = next == '\r';
                if (isPair)
                    continue;

                if (IsBoundary(next))
                    return Take();

                _line.Append(next);
            }

            (_at, _end) = (0, await _reader.ReadAsync(_buffer.AsMemory(), cancel));
            if (_end == 0)
                return _line.Length == 0 ? null : Take();
        }
    }

    string Take()
    {
        var line = _line.ToString();
        _line.Clear();
        return line;
    }

    static bool IsBoundary(char c) => c is '\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029';
}
