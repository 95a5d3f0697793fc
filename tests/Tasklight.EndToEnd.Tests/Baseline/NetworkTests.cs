namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The network between a foreign process and the server breaks as networks do.</summary>
public sealed class NetworkTests(SharedServer server)
{
    [Fact]
    public async Task A_cut_between_a_connections_being_made_and_its_being_used_is_a_broken_connection()
    {
        var network = new Network();
        network.Connected = () =>
        {
            network.Cut();
            network.Mend();
        };
        using var http = new HttpClient(network);

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(server.Address, TestContext.Current.CancellationToken));
    }
}
