using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The life of a task in an unmodified worker (contract: worker-protocol §§5, 6, 10), nothing going wrong but the handler.</summary>
public sealed class BaselineWorkerTests(SharedServer server) : BaselineScenario(server)
{
    [Fact]
    public async Task A_task_runs_and_its_worker_makes_the_calls_it_always_makes()
    {
        var worker = await WorkerAsync(Echo);
        var created = await CreateAsync("hello", more: new() { ["events_streaming"] = true });

        var events = await created.EventsAsync(Token).ToListAsync(Token);
        var done = await Api.BecomesAsync(created.Id, "completed");

        Assert.Equal("echo: hello", Result(done));
        Assert.Equal(["task_created", "task_updated", "task_finished"], events.Select(static e => e.Type));
        Assert.Equal("echo: hello", events[^1].Task!.Result!.GetValue<string>());
        Assert.NotNull(done["started_at"]);
        Assert.NotNull(done["finished_at"]);
        await Eventually.HoldsAsync(() => worker.Network.Calls.Any(c => c.Name == $"POST {worker.Ids[0]}"), "the worker gave its slot back");
        Assert.Equal(
            [("PATCH update", 200), ("GET status", 200), ("PATCH update", 200), ($"POST {worker.Ids[0]}", 200)],
            worker.Network.Calls.Where(c => c.Name != $"GET {Options.AgentId}").Select(static c => (c.Name, c.Status)));
    }

    [Fact]
    public async Task Tokens_of_the_handler_are_reported_and_kept()
    {
        var worker = await WorkerAsync(static (task, _) =>
        {
            task.Result = "counted";
            task.Tokens = new JsonObject { ["completion_tokens"] = 7, ["prompt_tokens"] = 3 };
            return Task.FromResult<BaselineTask?>(task);
        });
        var created = await CreateAsync("count");

        await Api.BecomesAsync(created.Id, "completed");
        await Eventually.HoldsAsync(() => worker.Network.Calls.Any(static c => c.Name == "POST execution" && c.Status == 200), "metrics are reported");

        Assert.Equal(10, (await Client.GetAsync(created.Id, Token)).Tokens!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_handler_that_raises_ends_the_task_in_error()
    {
        await WorkerAsync(static (_, _) => throw new InvalidOperationException("no such file"));
        var created = await CreateAsync("fail");

        Assert.Equal("no such file", Result(await Api.BecomesAsync(created.Id, "error")));
    }

    [Fact]
    public async Task A_handler_that_returns_something_else_ends_the_task_in_error()
    {
        await WorkerAsync(static (_, _) => Task.FromResult<BaselineTask?>(null));
        var created = await CreateAsync("nothing");

        Assert.Contains("must return an instance of Task", Result(await Api.BecomesAsync(created.Id, "error")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("paused")]
    [InlineData("stopped")]
    public async Task A_status_set_by_the_handler_is_kept(string status)
    {
        await WorkerAsync((task, _) =>
        {
            task.Status = status;
            task.Result = "as I said";
            return Task.FromResult<BaselineTask?>(task);
        });
        var created = await CreateAsync("set it");

        Assert.Equal("as I said", Result(await Api.BecomesAsync(created.Id, status)));
    }

    [Fact]
    public async Task Structured_output_is_saved_as_text()
    {
        await WorkerAsync(static (task, _) =>
        {
            task.Result = new JsonObject { ["rows"] = 3 };
            return Task.FromResult<BaselineTask?>(task);
        });
        var created = await CreateAsync("as json", more: new() { ["output_format"] = "json" });

        Assert.Equal(3, JsonNode.Parse(Result(await Api.BecomesAsync(created.Id, "completed"))!)!["rows"]!.GetValue<int>());
    }

    [Fact]
    public async Task Saves_and_events_of_a_running_handler_are_streamed_in_order()
    {
        await WorkerAsync(async (task, cancel) =>
        {
            task.Fields["internal_status"] = "reading";
            await task.SaveAsync(cancel);
            await Client.PushAsync(task.Id, "chunk", "a \u2028 piece", cancel);
            await Client.PushAsync(task.Id, "context_status", new JsonObject { ["percent"] = 12 }, cancel);
            await Client.PushAsync(task.Id, "chunk", "the rest", cancel);
            task.Result = "done";
            return task;
        });
        var created = await CreateAsync("stream", more: new() { ["events_streaming"] = true });

        var events = await created.EventsAsync(Token).ToListAsync(Token);

        Assert.Equal("done", events[^1].Task!.Result!.GetValue<string>());

        // The newer type is kept for REST; here it would end the client's stream.
        Assert.Equal(["task_created", "task_updated", "task_updated", "chunk", "chunk", "task_finished"], events.Select(static e => e.Type));
        Assert.Equal("a \u2028 piece", events[3].Data!.GetValue<string>());
        Assert.Equal("reading", events[2].Task!.Fields["internal_status"]!.GetValue<string>());
        Assert.Contains("context_status", await LogTypesAsync(created.Id));
    }

    [Fact]
    public async Task Never_more_than_six_tasks_at_once_and_all_of_them_in_the_end()
    {
        var runs = new Runs();
        await WorkerAsync(runs.HandleAsync);
        var created = new List<BaselineTask>();
        for (var i = 0; i < 9; i++)
            created.Add(await CreateAsync($"task {i}"));

        var running = new List<Runs.Run>();
        for (var i = 0; i < 6; i++)
            running.Add(await runs.NextAsync());
        Assert.Equal("slots_busy", await Api.WhyAsync(created[8].Id));

        foreach (var run in running)
            run.Finish("done");
        for (var i = 0; i < 3; i++)
            (await runs.NextAsync()).Finish("done");
        foreach (var task in created)
            await Api.BecomesAsync(task.Id, "completed");

        Assert.Equal(created.Select(static t => t.Id).Order(), created.Where(t => runs.Count(t.Id) == 1).Select(static t => t.Id).Order());
    }

    [Fact]
    public async Task Tasks_that_were_waiting_run_as_soon_as_a_worker_comes_oldest_first()
    {
        var first = await CreateAsync("first");
        var second = await CreateAsync("second");
        Assert.Equal("no_worker", await Api.WhyAsync(first.Id));

        var runs = new Runs();
        await WorkerAsync(runs.HandleAsync, Options with { Slots = 1 });

        var run = await runs.NextAsync();
        Assert.Equal(first.Id, run.Task.Id);
        run.Finish("one");
        (await runs.NextAsync()).Finish("two");
        await Api.BecomesAsync(second.Id, "completed");
    }

    [Fact]
    public async Task A_plan_with_open_items_is_retried_and_its_repeated_final_saves_change_nothing()
    {
        var agent = await Api.CreateAgentAsync(new() { ["deep_planning"] = true, ["enforce_deep_planning"] = true });
        var options = Options with { AgentId = agent };
        using var client = new BaselineClient(options);
        var attempts = 0;
        var worker = await WorkerAsync(
            async (task, cancel) =>
            {
                attempts++;
                task.Fields["deep_planning"] = Plan(attempts);
                task.Result = $"attempt {attempts}";
                task.Tokens = new JsonObject { ["completion_tokens"] = attempts };
                await task.SaveAsync(cancel, withPlan: true);
                return task;
            },
            options);
        var created = await client.CreateAsync("work through a plan", Token, more: new() { ["events_streaming"] = true });

        var done = await Api.BecomesAsync(created.Id, "completed");
        await Eventually.HoldsAsync(
            () => worker.Network.Calls.Any(c => c.Name == $"POST {worker.Ids[0]}"),
            "all nested attempts have ended and the slot is free");

        Assert.Equal(3, attempts);
        Assert.Equal(3, worker.Network.Calls.Count(static c => c is { Name: "PATCH update", SavedStatus: "completed", Status: 200 }));
        Assert.Equal("attempt 3", Result(done));
        Assert.Equal(done["finished_at"]!.GetValue<string>(), (await Api.GetTaskAsync(created.Id))["finished_at"]!.GetValue<string>());
        Assert.Single(await LogTypesAsync(created.Id), static type => type == "task_finished");
    }

    [Fact]
    public async Task A_question_ends_the_attempt_although_items_are_open()
    {
        var attempts = 0;
        await WorkerAsync(async (task, cancel) =>
        {
            attempts++;
            task.Fields["deep_planning"] = Plan(1);
            task.Fields["deep_planning"]!["question_raised"] = true;
            await task.SaveAsync(cancel, withPlan: true);
            task.Result = "which file?";
            return task;
        });
        var created = await CreateAsync("ask");

        Assert.Equal("which file?", Result(await Api.BecomesAsync(created.Id, "completed")));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task A_local_test_is_run_by_its_own_worker_and_never_dispatched()
    {
        var others = new Runs();
        await WorkerAsync(others.HandleAsync);
        await using var local = BaselineWorker.Start(Options, Echo, new() { ["prompt"] = "try me" });

        Assert.Equal(0, await local.Exited.InTime());

        var item = Assert.Single(await Client.ListAsync(Token));
        var task = await Api.GetTaskAsync(item["id"]!.GetValue<string>());
        Assert.Equal(("completed", "echo: try me"), (Status(task), Result(task)));
        Assert.Equal(0, others.Count(item["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_pinned_task_goes_to_its_worker_alone()
    {
        var here = new Runs();
        var there = new Runs();
        await WorkerAsync(here.HandleAsync);
        var pinned = await WorkerAsync(there.HandleAsync, Options with { IsCloud = true });

        for (var i = 0; i < 3; i++)
        {
            var created = await CreateAsync("for one worker", more: new() { ["worker_id"] = pinned.Ids[0] });
            var run = await there.NextAsync();
            Assert.Equal(created.Id, run.Task.Id);
            run.Finish("done");
            await Api.BecomesAsync(created.Id, "completed");
        }

        Assert.Equal(0, here.Total);
    }

    [Fact]
    public async Task Follow_up_turns_run_with_the_same_id()
    {
        await WorkerAsync(Echo);
        var first = await CreateAsync("one");
        await Api.BecomesAsync(first.Id, "completed");

        var second = await CreateAsync("two", id: first.Id, more: new() { ["events_streaming"] = true });
        Assert.Equal((first.Id, null), (second.Id, second.Result));
        var events = await second.EventsAsync(Token).ToListAsync(Token);

        Assert.Equal(["task_created", "task_updated", "task_finished"], events.Select(static e => e.Type));
        Assert.Equal("echo: two", events[^1].Task!.Result!.GetValue<string>());
        Assert.Equal(2, (await LogTypesAsync(first.Id)).Count(static type => type == "task_finished"));
    }

    [Fact]
    public async Task Reports_of_external_tasks_are_never_dispatched()
    {
        var runs = new Runs();
        await WorkerAsync(runs.HandleAsync);
        await Client.ReportExternalAsync(new() { ["input"] = "elsewhere", ["result"] = "done" }, Token);

        // A task made afterwards is the first to run.
        var created = await CreateAsync("here");
        var run = await runs.NextAsync();
        Assert.Equal(created.Id, run.Task.Id);
        run.Finish("done");
    }

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task A_task_paused_for_an_approval_runs_again_when_it_is_approved(string approval)
    {
        var runs = new Runs();
        var worker = await WorkerAsync(runs.HandleAsync);
        var created = await CreateAsync("may I");
        var first = await runs.NextAsync();
        await Api.SendAsync(HttpMethod.Post, "/hitl/request", new JsonObject { ["task_id"] = created.Id, ["wait_node_id"] = "node-1" });

        var paused = await Api.BecomesAsync(created.Id, "paused");
        Assert.Equal("node-1", paused["hitl_request"]!["wait_node_id"]!.GetValue<string>());

        // The approver may be faster than the worker's last save, which still says paused.
        if (approval == "before")
            await ApproveAsync(created.Id);
        first.Task.Status = "paused";
        first.Finish("asked");
        await Eventually.HoldsAsync(() => worker.Network.Calls.Any(c => c.Name == $"POST {worker.Ids[0]}"), "the run has ended");
        if (approval == "after")
            await ApproveAsync(created.Id);

        (await runs.NextAsync()).Finish("done after all");
        Assert.Equal("done after all", Result(await Api.BecomesAsync(created.Id, "completed")));
    }

    [Fact]
    public async Task A_worker_with_a_wrong_key_gives_up_after_five_refusals()
    {
        await using var worker = BaselineWorker.Start(Options with { ApiKey = "nobody's key" }, Echo);

        Assert.Equal(1, await worker.Exited.InTime());
        Assert.Equal([403, 403, 403, 403, 403], worker.Network.Calls.Select(static call => call.Status));
    }

    Task<JsonNode> ApproveAsync(string task) => Api.SendAsync(HttpMethod.Post, $"/hitl/{task}/approve", new JsonObject());

    static JsonObject Plan(int done) => new()
    {
        ["enabled"] = true,
        ["enforce"] = true,
        ["started"] = true,
        ["question_raised"] = false,
        ["tasks"] = new JsonArray([
            .. Enumerable.Range(1, 3).Select(i => new JsonObject { ["id"] = $"item-{i}", ["title"] = $"Step {i}", ["completed"] = i <= done }),
        ]),
    };
}
