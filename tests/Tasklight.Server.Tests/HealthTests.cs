using Microsoft.AspNetCore.Mvc.Testing;

namespace Tasklight.Server.Tests;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_is_a_JSON_text_and_needs_no_key()
    {
        await using var factory = new WebApplicationFactory<Program>();
        using var client = factory.CreateClient();

        using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("\"ok\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
