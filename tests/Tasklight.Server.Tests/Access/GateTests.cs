using System.Net;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

public sealed class GateTests : IAsyncLifetime
{
    readonly TestClock _clock = new();
    RunningServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await RunningServer.StartAsync(forTests: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/agents/list", null, 401, """{"detail":"No API key: send one in the header x-api-key.","code":"invalid_api_key"}""")]
    [InlineData("/v1/agents", null, 401, """{"detail":"Invalid or missing API key","code":"invalid_api_key"}""")]
    [InlineData("/agents/list", "tl_wrong", 403, """{"detail":"This API key is unknown here: check it, or ask an administrator for a new one.","code":"invalid_api_key"}""")]
    [InlineData("/v1/agents", "tl_wrong", 401, """{"detail":"Invalid or missing API key","code":"invalid_api_key"}""")]
    [InlineData("/None/agents/list", RunningServer.Key, 403, """{"detail":"The path names the organization 'None': the client has no organization id configured.","code":"forbidden"}""")]
    [InlineData("/other-org/agents/list", RunningServer.Key, 403, """{"detail":"This API key does not belong to the organization in the path.","code":"forbidden"}""")]
    [InlineData("/org-test/agents/list", RunningServer.Key, 200, "[]")]
    [InlineData("/agents/list/", RunningServer.Key, 200, "[]")]
    [InlineData("//org-test//agents//list", RunningServer.Key, 200, "[]")]
    public async Task A_request_needs_a_key_of_the_organization_in_its_path(string path, string? key, int status, string body)
    {
        using var client = _server.NewClient(key);

        using var answer = await client.GetAsync(new Uri(_server.Address.GetLeftPart(UriPartial.Authority) + path), TestContext.Current.CancellationToken);

        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_missing_scope_is_named_with_those_the_key_has()
    {
        using var reader = await KeyAsync("reader", "tasks:read");

        Assert.Equal(
            (HttpStatusCode.Forbidden, """{"detail":"This needs a key with scope agents:write; the key 'reader' has tasks:read.","code":"forbidden"}"""),
            await reader.CallAsync("POST", "/v1/agents", new { name = "a" }));
        Assert.Equal(HttpStatusCode.OK, (await reader.CallAsync("GET", "/v1/agents")).Status);
    }

    [Fact]
    public async Task An_admin_has_every_right()
    {
        using var admin = await KeyAsync("admin", "admin");

        Assert.Equal(HttpStatusCode.Created, (await admin.CallAsync("POST", "/v1/agents", new { name = "a" })).Status);
    }

    [Fact]
    public async Task A_key_opens_nothing_after_its_expiry()
    {
        using var client = await KeyAsync("short", "tasks:read", _clock.GetUtcNow().AddMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", "/agents/list")).Status);

        _clock.Advance(TimeSpan.FromMinutes(1));

        var sentence = $$"""{"detail":"This API key expired at {{_clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}: ask an administrator for a new one.","code":"invalid_api_key"}""";
        Assert.Equal((HttpStatusCode.Forbidden, sentence), await client.CallAsync("GET", "/agents/list"));
        Assert.Equal((HttpStatusCode.Unauthorized, sentence), await client.CallAsync("GET", "/v1/agents"));
    }

    [Fact]
    public async Task A_deleted_key_opens_nothing_from_then_on()
    {
        var created = await _server.Client.JsonAsync("POST", "/v1/keys", new { name = "gone", scopes = new[] { "tasks:read" } }, HttpStatusCode.Created);
        using var client = _server.NewClient(created.Text("key"));
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", "/agents/list")).Status);

        Assert.Equal(HttpStatusCode.NoContent, (await _server.Client.CallAsync("DELETE", $"/v1/keys/{created.Text("id")}")).Status);

        Assert.Equal(HttpStatusCode.Forbidden, (await client.CallAsync("GET", "/agents/list")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.CallAsync("DELETE", $"/v1/keys/{created.Text("id")}")).Status);
    }

    [Fact]
    public async Task A_rate_that_was_set_is_kept_a_second_and_tells_when_to_come_back()
    {
        await using var limited = await RunningServer.StartAsync(forTests: builder => builder.Services.AddSingleton<TimeProvider>(_clock), more: ["--limits-rate", "2"]);
        Assert.Equal(HttpStatusCode.OK, (await limited.Client.CallAsync("GET", "/agents/list")).Status);
        Assert.Equal(HttpStatusCode.OK, (await limited.Client.CallAsync("GET", "/agents/list")).Status);

        using var refused = await limited.Client.GetAsync("/agents/list", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal(
            """{"detail":"This key may make 2 requests a second (setting limits-rate): ask again in a second.","code":"rate_limited"}""",
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await limited.Client.CallAsync("GET", "/agents/list")).Status);
    }

    [Fact]
    public async Task What_workers_report_is_never_held_to_the_rate()
    {
        await using var limited = await RunningServer.StartAsync(forTests: builder => builder.Services.AddSingleton<TimeProvider>(_clock), more: ["--limits-rate", "1"]);
        Assert.Equal(HttpStatusCode.OK, (await limited.Client.CallAsync("GET", "/agents/list")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await limited.Client.CallAsync("GET", "/agents/list")).Status);

        foreach (var (method, path) in new[]
        {
            ("PATCH", "/agent-execution/x/update"), ("POST", "/agent-execution/x/events/push"), ("POST", "/agents-metrics/x/execution"), ("POST", "/events/x?type=worker&agent_id=y"),
        })
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, (await limited.Client.CallAsync(method, path, new StringContent("{}"))).Status);
        }
    }

    async Task<HttpClient> KeyAsync(string name, string scope, DateTimeOffset? expires = null)
    {
        var created = await _server.Client.JsonAsync("POST", "/v1/keys", new { name, scopes = new[] { scope }, expires_at = expires }, HttpStatusCode.Created);
        return _server.NewClient(created.Text("key"));
    }
}
