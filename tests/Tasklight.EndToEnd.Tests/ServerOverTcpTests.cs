using Microsoft.AspNetCore.Mvc.Testing;

namespace Tasklight.EndToEnd.Tests;

public sealed class ServerOverTcpTests
{
    [Fact]
    public async Task The_server_listens_on_a_real_port()
    {
        await using var factory = new WebApplicationFactory<Program>();
        factory.UseKestrel(port: 0);
        factory.StartServer();
        using var client = new HttpClient { BaseAddress = factory.ClientOptions.BaseAddress };

        Assert.Equal("\"ok\"", await client.GetStringAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken));
    }
}
