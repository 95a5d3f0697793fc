using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/health", "\"ok\"")]
    [InlineData("/ready", "\"ready\"")]
    [InlineData("//health/", "\"ok\"")]
    public async Task Health_is_a_JSON_text_and_needs_no_key(string path, string expected)
    {
        await using var server = await RunningServer.StartAsync();
        using var client = server.NewClient(key: null);

        using var answer = await client.GetAsync(server.Address.GetLeftPart(UriPartial.Authority) + path, TestContext.Current.CancellationToken);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(answer.Headers.Contains("Server"));
    }
}
