using System.Net.Http.Json;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Tests.Dispatch;

/// <summary>One open worker stream, as a client sees it.</summary>
sealed class WorkerConnection(HttpClient http, HttpResponseMessage response, StreamReader lines, string agentId) : IDisposable
{
    /// <summary>The worker id of the registration; empty until <see cref="RegisteredAsync"/>.</summary>
    public string WorkerId { get; private set; } = "";

    public HttpResponseMessage Response => response;

    /// <summary>The next frame, comments skipped; null at the orderly end of the stream.</summary>
    public async Task<WorkerFrameSeen?> NextAsync()
    {
        string name = "", id = "";
        while (true)
        {
            var line = await lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTime();
            switch (line)
            {
                case null:
                    return null;
                case var _ when line.StartsWith("event: ", StringComparison.Ordinal):
                    name = line[7..];
                    break;
                case var _ when line.StartsWith("id: ", StringComparison.Ordinal):
                    id = line[4..];
                    break;
                case var _ when line.StartsWith("data: ", StringComparison.Ordinal):
                    return new(name, id, JsonDocument.Parse(line[6..]).RootElement.Clone());
            }
        }
    }

    /// <summary>The next line as it is.</summary>
    public Task<string?> LineAsync() => lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTime();

    public async Task<WorkerConnection> RegisteredAsync()
    {
        var frame = await NextAsync();
        Assert.Equal(WorkerEventNames.Registration, frame?.Event);
        WorkerId = frame!.Text("id");
        return this;
    }

    /// <summary>The next frame, which must be a task.</summary>
    public async Task<WorkerFrameSeen> TaskAsync()
    {
        var frame = await NextAsync();
        Assert.Equal(WorkerEventNames.AgentExecution, frame?.Event);
        return frame!;
    }

    public Task HeartbeatAsync() => PostAsync(WorkerEventNames.Heartbeat, "2026-05-13T12:00:02.331769");

    /// <summary>A heartbeat to another id: the old one, while this stream waits for its registration.</summary>
    public Task BeatAsync(string workerId) => PostAsync(WorkerEventNames.Heartbeat, null, to: workerId);

    public Task BusyAsync(bool isBusy, string? reportId = null) => PostAsync(WorkerEventNames.CapacityUpdate, new Dictionary<string, bool> { ["is_busy"] = isBusy }, reportId);

    public async Task PostAsync(string name, object? data, string? reportId = null, string? to = null)
    {
        using var answer = await http.PostAsJsonAsync(
            new Uri($"/events/{to ?? WorkerId}?type=worker&agent_id={agentId}", UriKind.Relative),
            new Dictionary<string, object?> { ["id"] = reportId ?? Guid.NewGuid().ToString(), ["event"] = name, ["data"] = data },
            TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
