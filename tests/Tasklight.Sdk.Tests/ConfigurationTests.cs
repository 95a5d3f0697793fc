using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("", "https://inbound.xpander.ai")]
    [InlineData("IS_STG=true", "https://inbound.stg.xpander.ai")]
    [InlineData("XPANDER_BASE_URL=tasks.example.com", "https://tasks.example.com")]
    [InlineData("XPANDER_BASE_URL=http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("XPANDER_BASE_URL=http://one;TASKLIGHT_BASE_URL=http://two", "http://two")]
    [InlineData("TASKLIGHT_API_KEY=key", "")]
    public void The_address_comes_from_the_environment(string environment, string expected) => Assert.Equal(expected, From(environment).BaseUrl);

    [Fact]
    public void Tasklight_variables_win_over_xpander_variables()
    {
        var configuration = From("XPANDER_API_KEY=x1;XPANDER_ORGANIZATION_ID=x2;XPANDER_AGENT_ID=x3;TASKLIGHT_API_KEY=t1");

        Assert.Equal(("t1", "x2", "x3"), (configuration.ApiKey, configuration.OrganizationId, configuration.AgentId));
    }

    [Theory]
    [InlineData("https://inbound.xpander.ai", "https://inbound.xpander.ai", "https://agent-controller.xpander.ai/o")]
    [InlineData("https://inbound.stg.xpander.ai", "https://inbound.stg.xpander.ai", "https://agent-controller.stg.xpander.ai/o")]
    [InlineData("https://agent-controller.example.com", "https://agent-controller.example.com/o", "https://agent-controller.example.com/o")]
    [InlineData("http://localhost:9016", "http://localhost:9016/o", "http://localhost:9016/o")]
    [InlineData("http://host:8085", "http://host:8085", "http://localhost:9016/o")]
    [InlineData("http://host:38085", "http://host:38085", "http://host:38085/o")]
    [InlineData("http://host:39016", "http://host:39016", "http://host:39016/o")]
    [InlineData("https://tasks-8085.example.com/9016", "https://tasks-8085.example.com/9016", "https://tasks-8085.example.com/9016/o")]
    [InlineData("http://127.0.0.1:5000/", "http://127.0.0.1:5000", "http://127.0.0.1:5000/o")]
    public void Calls_and_streams_go_where_the_contract_says(string baseUrl, string calls, string streams)
    {
        var configuration = new Configuration(_ => null) { BaseUrl = baseUrl, OrganizationId = "o" };

        Assert.Equal(calls, configuration.GetFullUrl());
        Assert.Equal(streams, configuration.StreamUrl("o"));
    }

    [Fact]
    public void Without_an_organization_its_segment_is_left_out() =>
        Assert.Equal("http://localhost:9016", new Configuration(_ => null) { BaseUrl = "http://localhost:9016/" }.GetFullUrl());

    [Theory]
    [InlineData("", "http://127.0.0.1:1", "TASKLIGHT_API_KEY")]
    [InlineData("key", "", "TASKLIGHT_BASE_URL")]
    [InlineData("key", "not an address", "not an address")]
    [InlineData("key", "ftp://127.0.0.1", "ftp://127.0.0.1")]
    [InlineData("key", "http://somebody:very-secret@127.0.0.1:1", "a user name or password")]
    [InlineData("schlüssel", "http://127.0.0.1:1", "x-api-key")]
    [InlineData("two\nlines", "http://127.0.0.1:1", "x-api-key")]
    public async Task What_is_missing_or_wrong_is_named_before_anything_is_sent(string key, string url, string named)
    {
        var tasks = new Tasks(new Configuration(_ => null) { ApiKey = key, BaseUrl = url });

        var exception = await Assert.ThrowsAsync<ModuleException>(() => tasks.GetAsync("x", TestContext.Current.CancellationToken));

        Assert.Equal(400, exception.StatusCode);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_as_it_stands_in_a_file_is_taken_without_the_end_of_its_line()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var tasks = new Tasks(new Configuration(_ => null) { ApiKey = "key\n", BaseUrl = server.BaseUrl });

        await tasks.GetAsync("x", TestContext.Current.CancellationToken);

        Assert.Equal("key", (await server.NextAsync()).Header("x-api-key"));
    }

    [Fact]
    public void Nothing_is_repeated_or_fetched_from_inside_unless_asked_for()
    {
        var configuration = From("");

        Assert.Equal((TimeSpan.FromMinutes(20), TimeSpan.Zero, null), (configuration.Timeout, configuration.RetryFor, configuration.RetryAttempts));
        Assert.Equal((TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)), (configuration.RetryFirstDelay, configuration.RetryLongestDelay));
        Assert.Equal((10_485_760, false), (configuration.LargestFile, configuration.AllowPrivateFileAddresses));
    }

    private static Configuration From(string environment)
    {
        var variables = environment.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new Configuration(variables.GetValueOrDefault);
    }
}
