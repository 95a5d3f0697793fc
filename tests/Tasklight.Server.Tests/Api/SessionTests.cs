using System.Net;

namespace Tasklight.Server.Tests.Api;

public sealed class SessionTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Steps_are_read_from_the_last_summary_on_or_all_of_them()
    {
        var id = await server.NewTaskAsync();
        var empty = (await server.GetAsync($"/v1/tasks/{id}/session")).Is(HttpStatusCode.OK);
        var saved = (await server.PostAsync(
            $"/v1/tasks/{id}/session",
            """
            {"steps": [{"number": 1, "kind": "turn", "data": {"text": "hi"}}, {"number": 2, "kind": "summary", "data": "short"}, {"number": 3, "kind": "note", "data": null}],
             "usage": {"model": "openai/gpt-5", "prompt_tokens": 10, "completion_tokens": 4, "cached_tokens": 3, "tool_calls": 1}}
            """)).Is(HttpStatusCode.OK);

        var session = (await server.GetAsync($"/v1/tasks/{id}/session")).Is(HttpStatusCode.OK);
        var all = (await server.GetAsync($"/v1/tasks/{id}/session?all=true")).Is(HttpStatusCode.OK);
        var behind = (await server.GetAsync($"/v1/tasks/{id}/session?after=2")).Is(HttpStatusCode.OK);
        var task = (await server.GetAsync($"/v1/tasks/{id}")).Is(HttpStatusCode.OK);

        Assert.Equal(("[]", "0", "0"), (empty["steps"], empty["last"], empty.Json["usage"]!["prompt_tokens"]!.ToString()));
        Assert.Equal(("3", "4", "3", "14"), (saved["last"], At(saved, "completion_tokens"), At(saved, "cached_tokens"), At(saved, "unpriced_tokens")));
        Assert.Equal(["2", "3"], session.Json["steps"]!.AsArray().Select(step => step!["number"]!.ToString()));
        Assert.Equal("hi", all.Json["steps"]![0]!["data"]!["text"]!.ToString());
        Assert.NotNull(all.Json["steps"]![0]!["created_at"]);
        Assert.Single(behind.Json["steps"]!.AsArray());
        Assert.Equal("10", task.Json["usage"]!["tree"]!["prompt_tokens"]!.ToString());
        Assert.False(session.Json.AsObject().ContainsKey("next"));
    }

    [Fact]
    public async Task A_number_that_is_not_the_next_one_is_a_conflict_with_a_code()
    {
        var id = await server.NewTaskAsync();
        var answer = (await server.PostAsync($"/v1/tasks/{id}/session", """{"steps": [{"number": 2, "kind": "turn", "data": 1}]}""")).Is(HttpStatusCode.Conflict);
        Assert.Equal("session_conflict", answer.Code);
        Assert.Contains("ends with step 0", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_that_does_not_hold_the_task_stores_nothing()
    {
        var id = await server.NewTaskAsync();
        var answer = (await server.PostAsync($"/v1/tasks/{id}/session", """{"steps": [{"number": 1, "kind": "turn", "data": 1}]}""", ("Tasklight-Lease", "late"))).Is(HttpStatusCode.Conflict);
        Assert.Equal("lease_lost", answer.Code);
        Assert.Equal("0", (await server.GetAsync($"/v1/tasks/{id}/session"))["last"]);
    }

    [Theory]
    [InlineData("""{"steps": []}""", "steps")]
    [InlineData("""{"steps": [{"number": 0, "kind": "turn", "data": 1}]}""", "steps,0,number")]
    [InlineData("""{"steps": [{"number": 1, "kind": "turn", "data": 1}, {"number": 3, "kind": "turn", "data": 1}]}""", "steps,1,number")]
    [InlineData("""{"steps": [{"number": 1, "kind": "", "data": 1}]}""", "steps,0,kind")]
    [InlineData("""{"steps": [{"number": 1, "kind": "approval", "data": {"verdict": "approved"}}]}""", "steps,0,kind")]
    [InlineData("""{"steps": [{"number": 1, "kind": "turn", "data": 1}], "usage": {"prompt_tokens": -1}}""", "usage,prompt_tokens")]
    [InlineData("""{"steps": [{"number": 1, "kind": "turn", "data": 1}], "usage": {"prompt_tokens": 1, "cached_tokens": 2}}""", "usage,cached_tokens")]
    public async Task What_is_wrong_with_a_step_is_named(string body, string path)
    {
        var answer = (await server.PostAsync($"/v1/tasks/{await server.NewTaskAsync()}/session", body)).Is(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("body," + path, string.Join(',', answer.Json["detail"]![0]!["loc"]!.AsArray().Select(part => part!.ToString())));
    }

    static string At(ApiAnswer saved, string name) => saved.Json["usage"]!["tree"]![name]!.ToString();
}
