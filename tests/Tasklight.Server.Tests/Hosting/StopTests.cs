using System.Net;

namespace Tasklight.Server.Tests.Hosting;

public sealed class StopTests
{
    [Fact]
    public async Task A_stop_ends_open_streams_in_order()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await RunningServer.StartAsync();
        var agent = (await server.Client.JsonAsync("POST", "/v1/agents", new { name = "a" }, HttpStatusCode.Created)).Text("id");
        var task = (await server.Client.JsonAsync("POST", $"/agent-execution/{agent}", new { input = new { text = "x" }, events_streaming = true })).Text("id");
        using var events = await server.Client.GetAsync($"/org-test/agent-execution/{task}/events", HttpCompletionOption.ResponseHeadersRead, cancel);
        using var worker = await server.Client.GetAsync($"/org-test/events/{agent}?environment=local/", HttpCompletionOption.ResponseHeadersRead, cancel);

        using var frames = new StreamReader(await worker.Content.ReadAsStreamAsync(cancel));
        Assert.Equal("event: worker-registration", await frames.ReadLineAsync(cancel));

        await server.App.StopAsync(cancel).InTime();

        // A broken stream would throw here; a baseline worker dies of its fifth.
        Assert.Contains("task_created", await events.Content.ReadAsStringAsync(cancel), StringComparison.Ordinal);
        Assert.EndsWith("\n\n", await frames.ReadToEndAsync(cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_knocks_during_migrations_is_registered_when_they_are_done()
    {
        var cancel = TestContext.Current.CancellationToken;
        var data = Directory.CreateTempSubdirectory("tasklight-test-").FullName;
        string agent;
        await using (var before = await RunningServer.StartAsync(data))
            agent = (await before.Client.JsonAsync("POST", "/v1/agents", new { name = "a" }, HttpStatusCode.Created)).Text("id");

        var slow = new SlowStep();
        await using (var app = Server.Hosting.TasklightServer.Build(
            RunningServer.Arguments(data), builder => builder.Services.Insert(0, ServiceDescriptor.Singleton<Server.Hosting.IStartupStep>(slow))))
        {
            var started = app.StartAsync(cancel);
            await slow.Reached.Task.WaitAsync(cancel);
            using var client = new HttpClient();
            client.BaseAddress = new(app.Urls.First());
            client.DefaultRequestHeaders.Add("x-api-key", RunningServer.Key);

            using var stream = await client.GetAsync($"/org-test/events/{agent}?environment=local/", HttpCompletionOption.ResponseHeadersRead, cancel);
            slow.Go.SetResult();
            await started;

            using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(cancel));
            Assert.Equal("event: worker-registration", await lines.ReadLineAsync(cancel));
            await app.StopAsync(cancel);
        }

        Directory.Delete(data, recursive: true);
    }
}
