using System.Net;
using System.Text.Json;
using Tasklight.Server.Access;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

public sealed class KeysTests : IAsyncLifetime
{
    RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_key_is_shown_once()
    {
        var created = await _server.Client.JsonAsync("POST", "/v1/keys", new { name = "ci", scopes = new[] { "worker", "tasks:read" } }, HttpStatusCode.Created);
        var (_, list) = await _server.Client.CallAsync("GET", "/v1/keys");

        Assert.StartsWith("tl_", created.Text("key"), StringComparison.Ordinal);
        Assert.DoesNotContain(created.Text("key"), list, StringComparison.Ordinal);
        Assert.DoesNotContain(RunningServer.Key, list, StringComparison.Ordinal);
        var listed = JsonElement.Parse(list).EnumerateArray().Single(key => key.Text("id") == created.Text("id"));
        Assert.Equal("""["tasks:read","worker"]""", listed.GetProperty("scopes").GetRawText());
        Assert.StartsWith(listed.Text("prefix"), created.Text("key"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_creation_with_an_idempotency_key_gives_the_same_key_and_keeps_it_off_the_disk()
    {
        var body = new { name = "once", scopes = new[] { "worker" } };
        var first = await _server.Client.JsonAsync("POST", "/v1/keys", body, HttpStatusCode.Created, ("Idempotency-Key", "k1"));
        var again = await _server.Client.JsonAsync("POST", "/v1/keys", body, HttpStatusCode.Created, ("Idempotency-Key", "k1"));

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(HttpStatusCode.Conflict, (await _server.Client.CallAsync("POST", "/v1/keys", new { name = "else", scopes = new[] { "worker" } }, ("Idempotency-Key", "k1"))).Status);
        await using var log = new FileStream(Path.Combine(_server.Data, "tasklight.db-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new StreamReader(log, System.Text.Encoding.Latin1);
        Assert.DoesNotContain(first.Text("key"), await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_use_is_noted()
    {
        await _server.App.Services.GetRequiredService<KeyRing>().NoteUsesAsync();
        await _server.Client.JsonAsync("GET", "/agents/list");
        await _server.App.Services.GetRequiredService<KeyRing>().NoteUsesAsync();

        // The server notes uses by itself, too, and may have taken this one and not yet written it.
        await Eventually.HoldsAsync(
            async () => (await _server.Client.JsonAsync("GET", "/v1/keys"))[0].GetProperty("last_used_at").ValueKind == JsonValueKind.String, "the use is noted");
    }

    [Theory]
    [InlineData("""{"scopes":["worker"]}""", """{"loc":["body","name"],"msg":"Field required: a text that is not empty.","type":"missing"}""")]
    [InlineData("""{"name":"a"}""", """{"loc":["body","scopes"],"msg":"At least one scope is required, of: tasks:read, tasks:write, worker, agents:write, approve, admin.","type":"missing"}""")]
    [InlineData("""{"name":"a","scopes":["root"]}""", """{"loc":["body","scopes",0],"msg":"'root' is not one of: tasks:read, tasks:write, worker, agents:write, approve, admin.","type":"value_error"}""")]
    [InlineData("""{"name":"a","scopes":["worker"],"expires_at":"2020-01-01T00:00:00Z"}""", """{"loc":["body","expires_at"],"msg":"2020-01-01T00:00:00Z is in the past.","type":"value_error"}""")]
    [InlineData("""{"name":"a","scopes":["worker"],"agent_ids":["x"]}""", """{"loc":["body","agent_ids"],"msg":"A key is good for all agents of its organization; leave this empty.","type":"value_error"}""")]
    public async Task A_wrong_key_request_is_refused_by_field(string body, string error)
    {
        var (status, answer) = await _server.Client.CallAsync("POST", "/v1/keys", new StringContent(body));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, $$"""{"detail":[{{error}}],"code":"validation_failed"}"""), (status, answer));
    }

    [Fact]
    public async Task Nobody_deletes_the_key_he_holds()
    {
        var own = (await _server.Client.JsonAsync("GET", "/v1/keys"))[0].Text("id");

        Assert.Equal(HttpStatusCode.Conflict, (await _server.Client.CallAsync("DELETE", $"/v1/keys/{own}")).Status);
    }

    [Fact]
    public async Task An_admin_of_the_first_organization_makes_others_and_only_he()
    {
        var created = await _server.Client.JsonAsync("POST", "/v1/organizations", new { id = "second", name = "Second" }, HttpStatusCode.Created);
        using var second = _server.NewClient(created.GetProperty("api_key").Text("key"));

        Assert.Equal("second", (await second.JsonAsync("GET", "/second/v1/organizations"))[0].Text("id"));
        Assert.Equal("Second", (await second.JsonAsync("GET", "/v1/organizations"))[0].Text("name"));
        Assert.Equal("[]", (await second.CallAsync("GET", "/agents/list")).Body);
        Assert.Equal(
            (HttpStatusCode.Forbidden, """{"detail":"Only admins of this server's first organization may make others.","code":"forbidden"}"""),
            await second.CallAsync("POST", "/v1/organizations", new { name = "Third" }));
        Assert.Equal(HttpStatusCode.Conflict, (await _server.Client.CallAsync("POST", "/v1/organizations", new { id = "second", name = "Again" })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _server.Client.CallAsync("POST", "/v1/organizations", new { id = "agents", name = "A route" })).Status);
    }
}
