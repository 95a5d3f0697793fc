using System.Globalization;
using System.Text;

namespace Tasklight.Server.Tests.Events;

/// <summary>
/// Reads a stream as strictly as the baseline client does, and more: anything but <c>id</c> and one <c>data</c> line, a blank line, or a
/// comment line outside a frame fails.
/// </summary>
sealed class SseStream(HttpResponseMessage response, Stream body, CancellationToken cancel) : IDisposable
{
    readonly StreamReader _reader = new(body, Encoding.Latin1);

    public HttpResponseMessage Response => response;

    /// <summary>Comment lines seen so far.</summary>
    public int Comments { get; private set; }

    /// <summary>The next frame; null when the server ended the stream in order.</summary>
    public async Task<SseFrame?> NextAsync()
    {
        while (await _reader.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(':'))
            {
                Comments++;
                continue;
            }

            Assert.StartsWith("id: ", line, StringComparison.Ordinal);
            var id = long.Parse(line["id: ".Length..], NumberStyles.None, CultureInfo.InvariantCulture);
            var data = await _reader.ReadLineAsync(cancel);
            Assert.StartsWith("data: {", data, StringComparison.Ordinal);
            Assert.All(data!, static c => Assert.InRange(c, ' ', '~'));
            Assert.Equal("", await _reader.ReadLineAsync(cancel));
            return new SseFrame(id, data!["data: ".Length..]);
        }

        return null;
    }

    public async Task<SseFrame> MustNextAsync() => await NextAsync() ?? throw new InvalidOperationException("The stream ended.");

    public async Task<List<SseFrame>> ToEndAsync()
    {
        List<SseFrame> frames = [];
        while (await NextAsync() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>The next line as it is; for comments.</summary>
    public async Task<string?> LineAsync() => await _reader.ReadLineAsync(cancel);

    public void Dispose()
    {
        _reader.Dispose();
        response.Dispose();
    }
}
