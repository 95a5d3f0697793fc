using System.Net;

namespace Tasklight.Server.Tests.Api;

public sealed class IdempotencyTests(ApiServer server) : IClassFixture<ApiServer>
{
    const string Body = """{"input": {"text": "once"}}""";

    [Fact]
    public async Task A_create_with_the_same_key_is_done_once()
    {
        var key = NewKey();

        var first = (await server.PostAsync(Path, Body, key)).Is(HttpStatusCode.OK);
        await server.PatchAsync(first["id"]!, """{"status": "executing"}""");
        var second = (await server.PostAsync(Path, Body, key)).Is(HttpStatusCode.OK);

        Assert.Null(first.Header("Idempotent-Replay"));
        Assert.Equal("true", second.Header("Idempotent-Replay"));
        Assert.Equal((first["id"], "executing"), (second["id"], second["status"]));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_409()
    {
        var key = NewKey();
        await server.PostAsync(Path, Body, key);

        var refused = (await server.PostAsync(Path, """{"input": {"text": "twice"}}""", key)).Is(HttpStatusCode.Conflict);

        Assert.Equal("idempotency_conflict", refused.Code);
    }

    [Fact]
    public async Task Sixteen_at_once_with_one_key_make_one_task()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => server.PostAsync(Path, Body, key)));

        Assert.Single(answers.Select(answer => answer.Is(HttpStatusCode.OK)["id"]).Distinct());
        Assert.Single(answers, answer => answer.Header("Idempotent-Replay") is null);
    }

    [Fact]
    public async Task A_key_belongs_to_its_route()
    {
        var key = NewKey();
        var id = (await server.PostAsync(Path, Body, key))["id"]!;

        var patch = (await server.PatchAsync(id, """{"status": "completed", "result": "1"}""", key)).Is(HttpStatusCode.OK);
        var again = (await server.PatchAsync(id, """{"status": "completed", "result": "1"}""", key)).Is(HttpStatusCode.OK);
        var delete = (await server.SendAsync("DELETE", $"/v1/tasks/{id}", null, key)).Is(HttpStatusCode.NoContent);
        var deleted = (await server.SendAsync("DELETE", $"/v1/tasks/{id}", null, key)).Is(HttpStatusCode.NoContent);

        Assert.Null(patch.Header("Idempotent-Replay"));
        Assert.Equal("true", again.Header("Idempotent-Replay"));
        Assert.Null(delete.Header("Idempotent-Replay"));
        Assert.Equal("true", deleted.Header("Idempotent-Replay"));
    }

    [Fact]
    public async Task An_agent_is_made_once_too()
    {
        var key = NewKey();

        var first = (await server.PostAsync("/v1/agents", """{"name": "Once"}""", key)).Is(HttpStatusCode.Created);
        var second = (await server.PostAsync("/v1/agents", """{"name": "Once"}""", key)).Is(HttpStatusCode.Created);
        var other = (await server.PostAsync("/v1/agents", """{"name": "Other"}""", key)).Is(HttpStatusCode.Conflict);

        Assert.Equal(first["id"], second["id"]);
        Assert.Equal("true", second.Header("Idempotent-Replay"));
        Assert.Equal("idempotency_conflict", other.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_key_has_1_to_255_characters(int length)
    {
        var refused = (await server.PostAsync(Path, Body, ("Idempotency-Key", new string('k', length)))).Is(HttpStatusCode.UnprocessableEntity);

        Assert.Equal($"Idempotency-Key has {length} characters; 1 to 255 are allowed.", refused.Json["detail"]![0]!["msg"]!.ToString());
    }

    string Path => $"/agent-execution/{server.Agent}";

    static (string Name, string Value) NewKey() => ("Idempotency-Key", Guid.NewGuid().ToString());
}
