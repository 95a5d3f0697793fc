using System.Globalization;
using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Baseline;

namespace Tasklight.EndToEnd.Tests.Chaos;

/// <summary>A subscriber that resumes behind the last event it saw, whatever breaks its stream, until the task has finished.</summary>
sealed class Watcher(Uri server, string task)
{
    // How long a subscriber stays away after a break; what it waits for is the task's end.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly List<long> _seen = [];

    /// <summary>The numbers of the events seen, in the order in which they came.</summary>
    public async Task<List<long>> ReadToEndAsync(CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        while (true)
        {
            try
            {
                if (await ReadAsync(http, cancel))
                    return _seen;
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or ModelException)
            {
                // The server died, is starting, or says 503.
            }

            await Task.Delay(Pause, cancel);
        }
    }

    async Task<bool> ReadAsync(HttpClient http, CancellationToken cancel)
    {
        var after = _seen.Count == 0 ? 0 : _seen[^1];
        using var stream = await SseConnection.OpenAsync(http, $"{server}v1/tasks/{task}/events?newer=true&after={after}", ServerProcess.Key, cancel);
        while (await stream.NextAsync(cancel) is { } sse)
        {
            _seen.Add(long.Parse(sse.Id, CultureInfo.InvariantCulture));
            if (JsonNode.Parse(sse.Data)!["type"]!.GetValue<string>() == "task_finished")
                return true;
        }

        return false;
    }
}
