using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using System.Net;
using Tasklight.Server.Access;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

public sealed class KeyLimitsTests
{
    [Fact]
    public async Task Streams_of_a_key_are_counted_and_end_when_the_key_is_deleted()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var server = await RunningServer.StartAsync(forTests: static builder => builder.Services.AddSingleton<IStartupFilter, HangingStream>(), more: ["--limits-streams", "1"]);
        var created = await server.Client.JsonAsync("POST", "/v1/keys", new { name = "streamer", scopes = new[] { "tasks:read" } }, HttpStatusCode.Created);
        using var client = server.NewClient(created.Text("key"));

        using var first = await client.GetAsync("/v1/test-stream", HttpCompletionOption.ResponseHeadersRead, cancel);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(
            (HttpStatusCode.TooManyRequests, """{"detail":"This key has 1 streams open, which is its limit (setting limits-streams): close some first.","code":"rate_limited"}"""),
            await client.CallAsync("GET", "/v1/test-stream"));

        await server.Client.CallAsync("DELETE", $"/v1/keys/{created.Text("id")}");
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await first.Content.ReadAsStreamAsync(cancel)).ReadExactlyAsync(new byte[100], cancel));
    }

    sealed class HangingStream : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            ((IEndpointRouteBuilder)app.Properties["__EndpointRouteBuilder"]!).MapGet("/v1/test-stream", static async (HttpContext context) =>
            {
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Until.CancelledAsync(context.RequestAborted);
            }).RequireScope(Scope.TasksRead).CountAsStream();
        };
    }
}
