using System.Net;
using Tasklight.Server.Hosting;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Api;

public sealed class BudgetTests : IAsyncLifetime
{
    const string Prices = """{"openai/gpt-4*": {"input": 2, "output": 8}, "openai/gpt-4.1": {"input": 1, "output": 4, "cached_input": 0.25}}""";

    RunningServer _server = null!;
    string _agent = "";

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync(more: ["--prices", Prices]);
        _agent = (await PostAsync("/v1/agents", """{"name": "Tester", "model_provider": "openai", "model_name": "gpt-4.1"}"""))["id"]!;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Tokens_cost_what_the_model_costs_and_a_reached_limit_is_409_with_the_steps_kept()
    {
        var id = await NewTaskAsync(""" "budget": {"max_cost": 1} """);
        var first = (await StepAsync(id, 1, "openai/gpt-4.1", prompt: 300_000, completion: 50_000, cached: 100_000)).Is(HttpStatusCode.OK);
        var second = (await StepAsync(id, 2, "openai/gpt-4o", prompt: 250_000, completion: 25_000, cached: 0)).Is(HttpStatusCode.Conflict);

        Assert.Equal("0.425", first.Json["usage"]!["cost"]!.ToJsonString().TrimEnd('0'));
        Assert.Equal("budget_reached", second.Code);
        Assert.Contains("max_cost 1 ", second.Detail, StringComparison.Ordinal);
        Assert.Equal("2", (await GetAsync($"/v1/tasks/{id}/session"))["last"]);
        var task = await GetAsync($"/v1/tasks/{id}");
        Assert.Equal(("stopped", "max_cost"), (task["status"], task.Json["usage"]!["reached"]!.ToString()));
        Assert.StartsWith("1.125", task.Json["usage"]!["tree"]!["cost"]!.ToJsonString(), StringComparison.Ordinal);
        var why = await GetAsync($"/v1/tasks/{id}/why");
        Assert.Equal("budget_reached", why["reason"]);
        Assert.NotNull(why["unblocked_by"]);
    }

    [Fact]
    public async Task What_a_worker_reports_with_its_metrics_costs_what_the_model_costs_and_stops_the_tree()
    {
        var top = await NewTaskAsync(""" "budget": {"max_cost": 1} """);
        var (child, other) = (await NewTaskAsync($$""" "parent_execution_id": "{{top}}" """), await NewTaskAsync($$""" "parent_execution_id": "{{top}}" """));
        (await PatchAsync(child, """{"status": "completed"}""")).Is(HttpStatusCode.OK);
        for (var times = 0; times < 2; times++)
        {
            (await PostAsync($"/agents-metrics/{_agent}/execution", $$$"""{"execution_id": "{{{child}}}", "source": "sdk", "result": null, "ai_model": "xpander", "llm_tokens": {"inner": {}, "worker": {"prompt_tokens": 600000, "completion_tokens": 100000} } }""")).Is(HttpStatusCode.OK);
        }

        Assert.Equal(("stopped", "completed", "stopped"), ((await GetAsync($"/v1/tasks/{top}"))["status"], (await GetAsync($"/v1/tasks/{child}"))["status"], (await GetAsync($"/v1/tasks/{other}"))["status"]));
        Assert.StartsWith("1.0", (await GetAsync($"/v1/tasks/{top}")).Json["usage"]!["tree"]!["cost"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("700000", (await GetAsync($"/v1/tasks/{child}")).Json["tokens"]!["total_tokens"]!.ToString());
    }

    [Fact]
    public async Task A_paused_budget_waits_for_approval_and_goes_on_after_it()
    {
        var id = await NewTaskAsync(""" "budget": {"max_tokens": 10, "action": "pause"} """);
        (await StepAsync(id, 1, "openai/gpt-4.1", 10, 0, 0)).Is(HttpStatusCode.Conflict);
        var why = await GetAsync($"/v1/tasks/{id}/why");
        Assert.Equal(("paused", "budget_reached"), ((await GetAsync($"/v1/tasks/{id}"))["status"], why["reason"]));
        Assert.Equal(id, (await GetAsync("/v1/tasks?waiting_for=approval")).Json["items"]![0]!["id"]!.ToString());
        (await StepAsync(id, 2, "openai/gpt-4.1", 1, 0, 0)).Is(HttpStatusCode.Conflict);
        Assert.Equal("pending", (await PostAsync($"/v1/tasks/{id}/approve", "{}"))["status"]);
        (await StepAsync(id, 2, "openai/gpt-4.1", 1, 0, 0)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Sub_tasks_are_refused_below_the_depth_that_is_allowed()
    {
        var top = await NewTaskAsync(""" "budget": {"max_depth": 1} """);
        var child = await NewTaskAsync($$""" "parent_execution_id": "{{top}}" """);
        var refused = (await PostAsync($"/agent-execution/{_agent}", $$"""{"input": {}, "parent_execution_id": "{{child}}"}""")).Is(HttpStatusCode.Conflict);
        Assert.Equal("budget_reached", refused.Code);
        Assert.Contains("max_depth", refused.Detail, StringComparison.Ordinal);
        Assert.Contains(top, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parent_given_later_is_left_out_where_the_depth_is_not_allowed()
    {
        var top = await NewTaskAsync(""" "budget": {"max_depth": 2} """);
        var child = await NewTaskAsync($$""" "parent_execution_id": "{{top}}" """);
        var (alone, withChild) = (await NewTaskAsync(""" "priority": 1 """), await NewTaskAsync(""" "priority": 1 """));
        await NewTaskAsync($$""" "parent_execution_id": "{{withChild}}" """);

        var refused = await PatchAsync(withChild, $$"""{"parent_execution": "{{child}}", "title": "t"}""");
        var taken = await PatchAsync(withChild, $$"""{"parent_execution": "{{top}}"}""");
        var leaf = await PatchAsync(alone, $$"""{"parent_execution": "{{child}}"}""");

        Assert.Equal((null, "t", "parent_execution"), (refused["parent_execution"], refused["title"], refused.Header("Tasklight-Ignored")));
        Assert.Equal((top, null), (taken["parent_execution"], taken.Header("Tasklight-Ignored")));
        Assert.Equal(child, leaf["parent_execution"]);
    }

    [Fact]
    public async Task Below_a_limit_on_cost_every_model_needs_a_price()
    {
        const string Unpriced = """ "llm_model_provider": "acme", "llm_model_name": "secret-1" """;
        var (top, child, other) = (await NewTaskAsync(""" "budget": {"max_cost": 1} """), Guid.NewGuid().ToString(), await NewTaskAsync(Unpriced));
        await NewTaskAsync($$""" "id": "{{child}}", "parent_execution_id": "{{top}}" """);
        await PatchAsync(child, """{"status": "completed"}""");

        var asChild = await PostAsync($"/agent-execution/{_agent}", $$"""{"input": {}, "parent_execution_id": "{{top}}", {{Unpriced}}}""");
        var asTurn = await PostAsync($"/agent-execution/{_agent}", $$"""{"input": {}, "id": "{{child}}", {{Unpriced}}}""");
        var asPatch = (await PatchAsync(other, $$"""{"parent_execution": "{{top}}"}""")).Is(HttpStatusCode.OK);

        Assert.All([asChild, asTurn], refused => Assert.Contains("the model 'acme/secret-1' has no price here", refused.Is(HttpStatusCode.UnprocessableEntity).Json["detail"]![0]!["msg"]!.ToString(), StringComparison.Ordinal));
        Assert.Null(asPatch.Json["parent_execution"]);
        await NewTaskAsync($$""" "id": "{{child}}" """);
    }

    [Fact]
    public async Task The_next_turn_of_a_sub_task_is_refused_while_the_budget_above_is_reached()
    {
        var (top, child) = (await NewTaskAsync(""" "budget": {"max_tokens": 10} """), Guid.NewGuid().ToString());
        await NewTaskAsync($$""" "id": "{{child}}", "parent_execution_id": "{{top}}" """);
        (await StepAsync(child, 1, "openai/gpt-4.1", 10, 0, 0)).Is(HttpStatusCode.Conflict);

        Assert.Equal("budget_reached", (await PostAsync($"/agent-execution/{_agent}", $$"""{"input": {}, "id": "{{child}}"}""")).Is(HttpStatusCode.Conflict).Code);
        Assert.Equal("stopped", (await GetAsync($"/v1/tasks/{child}"))["status"]);
    }

    [Fact]
    public async Task A_limit_on_cost_needs_a_price()
    {
        var answer = (await PostAsync($"/agent-execution/{_agent}", """{"input": {}, "budget": {"max_cost": 1}, "llm_model_provider": "acme", "llm_model_name": "secret-1"}""")).Is(HttpStatusCode.UnprocessableEntity);
        Assert.Equal("max_cost", answer.Json["detail"]![0]!["loc"]![2]!.ToString());
        Assert.Contains("'prices'", answer.Json["detail"]![0]!["msg"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a": {"input": 1}}""")]
    [InlineData("""{"a": {"input": -1, "output": 1}}""")]
    [InlineData("""{"a": {"input": "1", "output": 1}}""")]
    public void Prices_of_another_shape_are_refused(string json) =>
        Assert.Contains("for a million tokens", Assert.Throws<FormatException>(() => PriceOptions.Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_longest_name_that_fits_has_the_price()
    {
        var prices = PriceOptions.Parse(Prices);
        Assert.Equal((1m, 2m, 0.25m, 2m), (prices.Find("openai/gpt-4.1")!.Input, prices.Find("openai/gpt-4.1-mini")!.Input, prices.Find("openai/gpt-4.1")!.CachedInput, prices.Find("openai/gpt-4o")!.CachedInput));
        Assert.Null(prices.Find("anthropic/claude"));
    }

    async Task<string> NewTaskAsync(string more) => (await PostAsync($"/agent-execution/{_agent}", $$"""{"input": {}, "run_locally": true, {{more}}}""")).Is(HttpStatusCode.OK)["id"]!;

    Task<ApiAnswer> StepAsync(string id, int number, string model, int prompt, int completion, int cached) => PostAsync(
        $"/v1/tasks/{id}/session",
        $$$"""{"steps": [{"number": {{{number}}}, "kind": "model", "data": {}}], "usage": {"model": "{{{model}}}", "prompt_tokens": {{{prompt}}}, "completion_tokens": {{{completion}}}, "cached_tokens": {{{cached}}} } }""");

    Task<ApiAnswer> GetAsync(string path) => ApiServer.SendAsync(_server.Client, "GET", path, null, null);

    Task<ApiAnswer> PatchAsync(string id, string json) =>
        ApiServer.SendAsync(_server.Client, "PATCH", $"/agent-execution/{id}/update", System.Text.Encoding.UTF8.GetBytes(json), "application/json");

    Task<ApiAnswer> PostAsync(string path, string json) => ApiServer.SendAsync(_server.Client, "POST", path, System.Text.Encoding.UTF8.GetBytes(json), "application/json");
}
