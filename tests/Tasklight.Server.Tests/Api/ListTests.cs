using System.Net;
using System.Text.Json.Nodes;

namespace Tasklight.Server.Tests.Api;

public sealed class ListTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task History_filters_by_status_also_in_the_form_Python_prints()
    {
        var agent = await server.NewAgentAsync("""{"name": "Filtered"}""");
        var open = await NewAsync(agent);
        var done = await NewAsync(agent);
        await server.PatchAsync(done, """{"status": "completed", "internal_status": "sent"}""");

        Assert.Equal([open], await IdsAsync($"/agent-execution/executions/history/{agent}?status=AgentExecutionStatus.Pending"));
        Assert.Equal([done], await IdsAsync($"/agent-execution/executions/history/{agent}?status=completed"));
        Assert.Equal([done], await IdsAsync($"/agent-execution/executions/history/{agent}?internal_status=sent&user_id="));
        Assert.Equal([done, open], await IdsAsync($"/agent-execution/executions/history/{agent}"));
        Assert.Equal([open], await IdsAsync($"/agent-execution/executions/history/{agent}?page=2&per_page=1"));
    }

    [Fact]
    public async Task History_of_a_user_goes_by_the_end_users_id()
    {
        var user = Guid.NewGuid().ToString();
        var id = await server.NewTaskAsync($$"""{"input": {"text": "", "user": {"id": "{{user}}", "email": "a@example.com"} } }""");

        Assert.Equal([id], await IdsAsync($"/agent-execution/executions/history/user/{user}"));
        Assert.Equal([id], await IdsAsync($"/agent-execution/executions/history/{server.Agent}?user_id={user}"));
        Assert.Empty(await IdsAsync("/agent-execution/executions/history/user/nobody"));
    }

    [Fact]
    public async Task History_of_an_unknown_agent_is_404() =>
        (await server.GetAsync("/agent-execution/executions/history/nobody")).Is(HttpStatusCode.NotFound);

    [Fact]
    public async Task A_long_result_is_cut_in_lists_and_whole_in_the_task()
    {
        var id = await server.NewTaskAsync();
        var result = new string('ä', 40_000);
        await server.PatchAsync(id, $$"""{"status": "completed", "result": "{{result}}"}""");

        var listed = (await server.GetAsync($"/agent-execution/executions/history/{server.Agent}?status=completed")).Json.AsArray().Single(item => item!["id"]!.ToString() == id)!;

        Assert.Equal(32 * 1024, listed["result"]!.ToString().Length);
        Assert.Equal(result, (await server.GetAsync($"/v1/tasks/{id}"))["result"]);
    }

    [Fact]
    public async Task A_history_of_more_than_1000_tasks_shows_the_newest_and_says_so()
    {
        var agent = await server.NewAgentAsync("""{"name": "Long"}""");
        var first = await NewAsync(agent);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => NewAsync(agent)));

        var list = (await server.GetAsync($"/agent-execution/executions/history/{agent}")).Is(HttpStatusCode.OK);

        Assert.Equal(1000, list.Json.AsArray().Count);
        Assert.Equal("true", list.Header("Tasklight-Truncated"));
        Assert.DoesNotContain(first, list.Text, StringComparison.Ordinal);
        Assert.Null((await server.GetAsync($"/agent-execution/executions/history/{agent}?page=2")).Header("Tasklight-Truncated"));
    }

    [Fact]
    public async Task Rest_pages_count_and_go_on_by_cursor()
    {
        var agent = await server.NewAgentAsync("""{"name": "Paged"}""");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, await NewAsync(agent));
        }

        var first = (await server.GetAsync($"/v1/agents/{agent}/tasks?per_page=2")).Is(HttpStatusCode.OK);
        var second = await server.GetAsync($"/v1/tasks?agent_id={agent}&per_page=2&cursor={Uri.EscapeDataString(first["next_cursor"]!)}");
        var third = await server.GetAsync($"/v1/tasks?agent_id={agent}&per_page=2&page=3");

        Assert.Equal(("5", "1", "2", "3"), (first["total"], first["page"], first["per_page"], first["total_pages"]));
        Assert.Equal(ids, [.. Ids(first.Json["items"]!), .. Ids(second.Json["items"]!), .. Ids(third.Json["items"]!)]);
        Assert.Null(third["next_cursor"]);
    }

    [Fact]
    public async Task Rest_filters_by_time_inclusively()
    {
        var agent = await server.NewAgentAsync("""{"name": "Timed"}""");
        var id = await NewAsync(agent);
        var at = (await server.GetAsync($"/v1/tasks/{id}"))["created_at"]!;

        Assert.Equal([id], Ids((await server.GetAsync($"/v1/tasks?agent_id={agent}&from_date={at}&to_date={at}")).Json["items"]!));
        Assert.Empty(Ids((await server.GetAsync($"/v1/tasks?agent_id={agent}&from_date=2099-01-01T00:00:00+02:00")).Json["items"]!));
    }

    [Theory]
    [InlineData("/v1/tasks?page=0", "page", "'0' is not a whole number from 1 to 2147483647.")]
    [InlineData("/v1/tasks?cursor=abc", "cursor", "'abc' is no cursor; take next_cursor from an earlier page, unchanged.")]
    [InlineData("/v1/tasks?page=501", "page", "Pages of 20 end at page 500 (task 10000); follow next_cursor to go deeper.")]
    [InlineData("/v1/tasks?per_page=51", "per_page", "'51' is not a whole number from 1 to 50.")]
    [InlineData("/v1/tasks?per_page=x", "per_page", "'x' is not a whole number from 1 to 50.")]
    [InlineData("/v1/tasks?from_date=yesterday", "from_date", "'yesterday' is not a time; ISO 8601 is, like 2026-05-13T10:12:04Z.")]
    [InlineData("/v1/tasks?status=running", "status", "'running' is not one of: pending, executing, paused, completed, error, failed, stopped.")]
    [InlineData("/agent-execution/executions/history/user/x?status=queued", "status", "'queued' is not one of: pending, executing, paused, completed, error, failed, stopped.")]
    [InlineData("/agent-execution/executions/history/user/x?per_page=1001", "per_page", "'1001' is not a whole number from 1 to 1000.")]
    public async Task A_wrong_query_value_is_422_and_named(string path, string name, string message)
    {
        var refused = (await server.GetAsync(path)).Is(HttpStatusCode.UnprocessableEntity);

        var error = refused.Json["detail"]![0]!;
        Assert.Equal($"""["query","{name}"]""", error["loc"]!.ToJsonString());
        Assert.Equal(message, error["msg"]!.ToString());
    }

    async Task<string> NewAsync(string agent) => (await server.PostAsync($"/agent-execution/{agent}", """{"input": {"text": "x"}}""")).Is(HttpStatusCode.OK)["id"]!;

    async Task<List<string>> IdsAsync(string path) => Ids((await server.GetAsync(path)).Is(HttpStatusCode.OK).Json);

    static List<string> Ids(JsonNode items) => [.. items.AsArray().Select(item => item!["id"]!.ToString())];
}
