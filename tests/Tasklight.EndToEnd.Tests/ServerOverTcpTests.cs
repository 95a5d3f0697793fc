using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Tasklight.Server.Hosting;

namespace Tasklight.EndToEnd.Tests;

public sealed class ServerOverTcpTests
{
    [Fact]
    public async Task The_server_listens_on_a_real_port()
    {
        var data = Directory.CreateTempSubdirectory("tasklight-test-");
        await using var app = TasklightServer.Build(["--urls", "http://127.0.0.1:0", "--data", data.FullName, "--log-level", "error"]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        client.BaseAddress = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        Assert.Equal("\"ok\"", await client.GetStringAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken));

        await app.StopAsync(TestContext.Current.CancellationToken);
        data.Delete(recursive: true);
    }
}
