using System.Text.Json;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

/// <summary>Law 9: what is not served says so in one sentence.</summary>
public sealed class NothingIsPretendedTests
{
    [Fact]
    public async Task Law_9_every_route_that_is_not_served_says_so()
    {
        await using var server = await RunningServer.StartAsync();
        var routes = Routes.Of(server).Where(static route => route.Endpoint.HasTag("Not served")).ToList();
        Assert.NotEmpty(routes);
        foreach (var (method, path, _) in routes)
        {
            var (status, body) = await server.Client.CallAsync(method, Routes.Fill(path, static _ => "x"));

            Assert.True((int)status is 501 or 404 or 400, $"{method} {path}: {(int)status} {body}");
            var detail = JsonElement.Parse(body).Text("detail");
            Assert.True(detail.EndsWith('.') && detail.Length > 20, $"{method} {path}: {detail}");
        }
    }
}
