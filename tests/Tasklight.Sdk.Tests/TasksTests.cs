using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class TasksTests(SdkMode mode)
{
    [Fact]
    public async Task Create_sends_every_key_of_the_contract_and_reads_the_task()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(task => task.Title = "Greeting")));

        var task = await mode.CreateAsync(
            StubSdk.TasksOf(server), "agent 1", "Say hello", ["https://files.example.com/q3.csv"], eventsStreaming: true);

        Assert.Equal((StubTask.Id, "Greeting", AgentExecutionStatus.Pending), (task.Id, task.Title, task.Status));
        var call = await server.NextAsync();
        Assert.Equal(("POST", "/agent-execution/agent 1", "secret"), (call.Method, call.Path, call.Header("x-api-key")));
        Assert.Equal(
            [
                "additional_context", "disable_attachment_injection", "events_streaming", "expected_output", "id", "input", "instructions_override",
                "mcp_servers", "output_format", "output_schema", "payload_extension", "return_metrics", "run_locally", "source", "test_run_node_id",
                "think_mode", "title", "triggering_agent_id", "user_oidc_token", "user_tokens", "worker_id",
            ],
            call.Json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"text":"Say hello","files":["https://files.example.com/q3.csv"],"user":null}""", call.Json.GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task Version_and_idempotency_key_travel_as_headers()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        await mode.CreateAsync(StubSdk.TasksOf(server), StubTask.Agent, new CreateTaskRequest(), "3", "once");

        var call = await server.NextAsync();
        Assert.Equal(("3", "once"), (call.Header("x-agent-version"), call.Header("Idempotency-Key")));
    }

    [Fact]
    public async Task List_filters_by_what_is_set_and_reads_a_bare_array()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok("""[{"id":"a","status":"failed"},{"id":"b","status":"completed"}]"""));

        var items = await mode.ListAsync(
            StubSdk.TasksOf(server), StubTask.Agent, new TaskFilters { UserId = "dana & co", Status = AgentExecutionStatus.Failed });

        Assert.Equal(["a", "b"], items.Select(item => item.Id));
        Assert.Equal("?user_id=dana%20%26%20co&status=failed", (await server.NextAsync()).Query);
    }

    [Fact]
    public async Task The_tasks_of_a_user_are_listed_over_all_agents()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok("""[{"id":"a","status":"failed"}]"""));

        var items = await mode.ListUserTasksAsync(StubSdk.TasksOf(server), "dana", new TaskFilters { ParentTaskId = "p", InternalStatus = "half" });

        Assert.Equal("a", items.Single().Id);
        var call = await server.NextAsync();
        Assert.Equal(("/agent-execution/executions/history/user/dana", "?parent_task_id=p&internal_status=half"), (call.Path, call.Query));
    }

    [Fact]
    public async Task A_long_history_is_read_page_by_page()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Query.Contains("cursor=next%20one", StringComparison.Ordinal)
            ? """{"items":[{"id":"c","status":"failed"}],"total":3,"page":2,"per_page":2,"total_pages":2}"""
            : """{"items":[{"id":"a","status":"failed"},{"id":"b","status":"failed"}],"total":3,"page":1,"per_page":2,"total_pages":2,"next_cursor":"next one"}"""));

        var items = await mode.ListAllAsync(StubSdk.TasksOf(server), StubTask.Agent, new TaskFilters { Status = AgentExecutionStatus.Failed });

        Assert.Equal(["a", "b", "c"], items.Select(item => item.Id));
        Assert.Equal(
            ["/v1/tasks?status=failed&per_page=50&agent_id=agent-1", "/v1/tasks?status=failed&per_page=50&agent_id=agent-1&cursor=next%20one"],
            server.Rest().Select(call => call.Path + call.Query));
    }

    [Fact]
    public async Task A_cursor_that_leads_to_the_same_page_again_is_told()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok("""{"items":[],"total":3,"page":1,"per_page":2,"total_pages":2,"next_cursor":"same"}"""));

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.ListAllAsync(StubSdk.TasksOf(server), StubTask.Agent, filters: null));

        Assert.Contains("cursor", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Rest().Count);
    }

    [Fact]
    public async Task An_item_of_a_list_loads_its_task()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        Assert.Equal(StubTask.Id, (await mode.LoadAsync(new TasksListItem { Id = "x" }, StubSdk.ConfigurationOf(server))).Id);
        Assert.Equal("/agent-execution/x/status", (await server.NextAsync()).Path);
    }

    [Theory]
    [InlineData(503, """{"detail":"starting","code":"unavailable"}""", "application/json")]
    [InlineData(404, "<h1>404 Not Found</h1>", "text/html")]
    [InlineData(200, "<h1>We will be back</h1>", "text/html")]
    public async Task Waiting_outlasts_a_server_that_is_away_for_a_moment(int status, string body, string contentType)
    {
        var reads = 0;
        await using var server = await StubServer.StartAsync(_ => ++reads is 2 or 3
            ? new StubAnswer(status, body, contentType)
            : StubAnswer.Ok(StubTask.Json(task => task.Status = reads < 4 ? AgentExecutionStatus.Executing : AgentExecutionStatus.Completed)));

        var task = await mode.WaitForCompletionAsync(StubSdk.TasksOf(server), StubTask.Id, new Told());

        Assert.Equal((AgentExecutionStatus.Completed, 4), (task.Status, reads));
    }

    [Fact]
    public async Task Waiting_ends_when_the_server_no_longer_knows_the_task()
    {
        var reads = 0;
        await using var server = await StubServer.StartAsync(_ => ++reads < 2 ? StubAnswer.Ok(StubTask.Json()) : StubAnswer.Error(404, "no such task"));

        await Assert.ThrowsAsync<TaskNotFoundException>(() => mode.WaitForCompletionAsync(StubSdk.TasksOf(server), StubTask.Id, new Told()));
    }

    [Theory]
    [InlineData("""{"error":"no such task"}""", "application/json", 30, 45)]
    [InlineData("<h1>404 Not Found</h1>", "text/html", 300, 315)]
    [InlineData("\"no such task\"", "application/json", 300, 315)]
    public async Task Waiting_believes_in_half_a_minute_what_a_server_that_knows_no_detail_may_say(string body, string contentType, int from, int to)
    {
        var (reads, clock) = (0, new LeapingClock(TimeSpan.FromSeconds(20)));
        await using var server = await StubServer.StartAsync(_ => ++reads < 2 ? StubAnswer.Ok(StubTask.Json()) : new StubAnswer(404, body, contentType));

        await Assert.ThrowsAsync<TaskNotFoundException>(() => mode.WaitForCompletionAsync(new Tasks(new Transport(StubSdk.ConfigurationOf(server), http: null, clock)), StubTask.Id, new Told()));

        Assert.InRange(clock.Pauses.Sum(pause => pause.TotalSeconds), from, to);
    }

    [Fact]
    public async Task Waiting_ends_with_the_task_and_tells_of_each_change_once()
    {
        AgentExecutionStatus[] statuses =
            [AgentExecutionStatus.Pending, AgentExecutionStatus.Pending, AgentExecutionStatus.Executing, AgentExecutionStatus.Executing, AgentExecutionStatus.Paused, AgentExecutionStatus.Error];
        var reads = 0;
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json(task => task.Status = statuses[reads++])));
        var progress = new Told();

        var task = await mode.WaitForCompletionAsync(StubSdk.TasksOf(server), StubTask.Id, progress);

        Assert.Equal((AgentExecutionStatus.Error, statuses.Length), (task.Status, reads));
        Assert.Equal([AgentExecutionStatus.Executing, AgentExecutionStatus.Paused, AgentExecutionStatus.Error], progress.Statuses);
    }

    [Fact]
    public async Task Update_sends_only_what_is_set()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        await mode.UpdateAsync(StubSdk.TasksOf(server), StubTask.Id, new UpdateTaskRequest { Result = "done" });

        Assert.Equal("""{"result":"done"}""", (await server.NextAsync()).Body);
    }

    [Fact]
    public async Task Save_sends_the_whole_task_without_plan_unless_asked_and_never_the_configuration()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);
        await server.NextAsync();

        task.InternalStatus = "half";
        await mode.SaveAsync(task);
        await mode.SaveAsync(task, withPlan: true);

        var (without, with) = (await server.NextAsync(), await server.NextAsync());
        Assert.Equal(("PATCH", "/agent-execution/task-1/update", "half"), (without.Method, without.Path, without.Value("internal_status")));
        Assert.False(without.Json.TryGetProperty("deep_planning", out _));
        Assert.True(with.Json.TryGetProperty("deep_planning", out _));
        Assert.Equal(
            without.Json.EnumerateObject().Select(property => property.Name).Append("deep_planning").Order(StringComparer.Ordinal),
            with.Json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.False(with.Json.TryGetProperty("configuration", out _));
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(task), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_without_result_clears_the_result()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(StubTask.Json(task => task.Result = call.Method == "GET" ? "old" : null)));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        Assert.Same(task, await mode.SetStatusAsync(task, AgentExecutionStatus.Paused));

        var save = await server.NextAsync(call => call.Method == "PATCH");
        Assert.Equal(("paused", null), (save.Value("status"), save.Value("result")));
    }

    [Theory]
    [InlineData(true, "only here", 1)]
    [InlineData(false, null, 0)]
    public async Task Plan_and_context_that_are_only_here_survive_a_reload_of_the_same_turn(bool isSameTurn, string? context, int items)
    {
        var start = DateTimeOffset.UnixEpoch.AddYears(56);
        var reads = 0;
        await using var server = await StubServer.StartAsync(
            _ => StubAnswer.Ok(StubTask.Json(task => task.StartedAt = isSameTurn || reads++ == 0 ? start : start.AddHours(1))));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);
        task.AdditionalContext = "only here";
        task.DeepPlanning = new() { Enabled = true, Tasks = [new() { Id = "1", Title = "one" }] };

        await mode.ReloadAsync(task);

        Assert.Equal((context, items), (task.AdditionalContext, task.DeepPlanning.Tasks.Count));
    }

    [Fact]
    public async Task A_decision_is_about_the_action_that_was_seen_and_takes_the_answer_into_the_task()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(StubTask.Json(task =>
        {
            task.Status = call.Method == "GET" ? AgentExecutionStatus.Paused : AgentExecutionStatus.Pending;
            task.HitlRequest = call.Method == "GET" ? new() { WaitNodeId = "n", ActionHash = "seen" } : null;
        })));
        var (approved, rejected) = (await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id), await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id));
        var ct = TestContext.Current.CancellationToken;

        await mode.RunAsync(() => approved.ApproveAsync(ct: ct), () => approved.Approve(ct: ct));
        await mode.RunAsync(
            () => rejected.RejectAsync(new ApprovalDecisionRequest { Reason = "no" }, ct), () => rejected.Reject(new ApprovalDecisionRequest { Reason = "no" }, ct));

        Assert.Equal([("seen", null), ("seen", "no")], server.Rest().Where(call => call.Method == "POST").Select(call => (call.Value("action_hash"), call.Value("reason"))));
        Assert.All(new[] { approved, rejected }, task => Assert.Equal((AgentExecutionStatus.Pending, null), (task.Status, task.HitlRequest)));
    }

    [Fact]
    public async Task Stop_takes_the_answer_into_the_task()
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(StubTask.Json(task =>
            (task.Status, task.IsManuallyStopped) = call.Method == "DELETE" ? (AgentExecutionStatus.Stopped, true) : (AgentExecutionStatus.Executing, false))));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        await mode.StopAsync(task);

        Assert.Equal((AgentExecutionStatus.Stopped, true), (task.Status, task.IsManuallyStopped));
    }

    [Fact]
    public async Task An_approval_and_a_rejection_name_their_action_and_their_reason()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var tasks = StubSdk.TasksOf(server);

        await mode.ApproveAsync(tasks, StubTask.Id, new ApprovalDecisionRequest { ActionHash = "abc", ApprovedBy = "dana" }, key: "once");
        await mode.RejectAsync(tasks, StubTask.Id, new ApprovalDecisionRequest { Reason = "too dear" });

        var (approve, reject) = (await server.NextAsync(), await server.NextAsync());
        Assert.Equal(("POST", $"/hitl/{StubTask.Id}/approve", "once"), (approve.Method, approve.Path, approve.Header("Idempotency-Key")));
        Assert.Equal(("abc", "dana"), (approve.Json.GetProperty("action_hash").GetString(), approve.Json.GetProperty("approved_by").GetString()));
        Assert.Equal(("POST", $"/hitl/{StubTask.Id}/reject", "too dear"), (reject.Method, reject.Path, reject.Json.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task An_agent_is_created_by_its_name_alone()
    {
        await using var server = await StubServer.StartAsync(_ => new StubAnswer(201, """{"id":"agent-1","organization_id":"o","name":"echo"}"""));

        var agent = await mode.RunAsync(
            () => new Agents(StubSdk.ConfigurationOf(server)).CreateAsync(new CreateAgentRequest { Name = "echo" }, ct: TestContext.Current.CancellationToken),
            () => new Agents(StubSdk.ConfigurationOf(server)).Create(new CreateAgentRequest { Name = "echo" }, ct: TestContext.Current.CancellationToken));

        Assert.Equal(("agent-1", """{"name":"echo"}"""), (agent.Id, (await server.NextAsync()).Body));
    }

    [Fact]
    public async Task A_file_is_uploaded_under_its_name_and_answers_its_link()
    {
        await using var server = await StubServer.StartAsync(_ => new StubAnswer(201, """{"id":"f","name":"ä b.csv","size":3,"content_type":"text/csv","url":"http://h/f"}"""));

        var (files, content) = (new Files(StubSdk.ConfigurationOf(server)), new MemoryStream("a,b"u8.ToArray()));
        var file = await mode.RunAsync(
            () => files.UploadAsync(content, "ä b.csv", "text/csv", TestContext.Current.CancellationToken),
            () => files.Upload(content, "ä b.csv", "text/csv", TestContext.Current.CancellationToken));

        Assert.Equal(("http://h/f", 3L), (file.Url, file.Size));
        var call = await server.NextAsync();
        Assert.StartsWith("multipart/form-data", call.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Contains("filename*=utf-8''%C3%A4%20b.csv", call.Body, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/csv", call.Body, StringComparison.Ordinal);
    }

    private sealed class Told : IProgress<AgentTask>
    {
        public List<AgentExecutionStatus> Statuses { get; } = [];

        public void Report(AgentTask value) => Statuses.Add(value.Status);
    }
}
