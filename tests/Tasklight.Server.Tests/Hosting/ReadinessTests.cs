using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Tests.Hosting;

public sealed class ReadinessTests
{
    [Fact]
    public async Task While_the_store_opens_workers_are_kept_and_everybody_else_is_told_to_come_back()
    {
        var cancel = TestContext.Current.CancellationToken;
        var data = Directory.CreateTempSubdirectory("tasklight-test-");
        var slow = new SlowStep();
        await using var app = TasklightServer.Build(RunningServer.Arguments(data.FullName), builder => builder.Services.AddSingleton<IStartupStep>(slow));
        app.MapGet("/events/test-stream", static async (HttpContext context) =>
        {
            context.Response.StatusCode = 200;
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: worker-registration\ndata: {}\n\n");
        });
        var started = app.StartAsync(cancel);
        await slow.Reached.Task.WaitAsync(cancel);
        using var client = new HttpClient();
        client.BaseAddress = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        Assert.Equal("\"ok\"", await client.GetStringAsync("/health", cancel));
        Assert.Equal((HttpStatusCode)503, (await client.GetAsync("/ready", cancel)).StatusCode);
        using var refused = await client.GetAsync("/org-test/agents/list", cancel);
        using var heartbeat = await client.PostAsync("/org-test/events/some-worker?type=worker", new StringContent("""{"event": "worker-heartbeat"}"""), cancel);
        var ended = client.PostAsync("/org-test/events/some-worker?type=worker", new StringContent("""{"event": "worker-capacity-update", "data": {"is_busy": false}}"""), cancel);
        using var stream = await client.GetAsync("/org-test/events/test-stream?environment=local/", HttpCompletionOption.ResponseHeadersRead, cancel);

        Assert.Equal((HttpStatusCode)503, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal(
            """{"detail":"Tasklight is starting: its store is being opened. Ask again in a second.","code":"unavailable"}""",
            await refused.Content.ReadAsStringAsync(cancel));
        Assert.Equal(HttpStatusCode.OK, heartbeat.StatusCode);
        Assert.Equal("text/event-stream", stream.Content.Headers.ContentType?.MediaType);

        Assert.False(ended.IsCompleted);

        slow.Go.SetResult();
        await started;
        Assert.Equal(HttpStatusCode.Unauthorized, (await ended).StatusCode);
        Assert.Equal("event: worker-registration\ndata: {}\n\n", await stream.Content.ReadAsStringAsync(cancel));
        Assert.Equal("\"ready\"", await client.GetStringAsync("/ready", cancel));
        await app.StopAsync(cancel);
        data.Delete(recursive: true);
    }
}
