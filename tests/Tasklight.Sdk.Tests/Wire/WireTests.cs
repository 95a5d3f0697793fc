using System.Text.Json.Nodes;
using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests.Wire;

/// <summary>What the SDK sends equals the contract: its examples, and its tables, field by field.</summary>
public abstract class WireTests(SdkMode mode)
{
    // Put there by the HTTP client, or by whoever traces.
    private static readonly HashSet<string> Ambient = new(["Host", "Content-Length", "traceparent", "tracestate", "Correlation-Context", "baggage"], StringComparer.OrdinalIgnoreCase);

    public static TheoryData<string> Requests => [.. ExampleCalls.All.Keys];

    // REST shows a user with fewer keys than the client's models have.
    public static TheoryData<string> Tasks => [.. CheckedAgainst("Task").Where(name => name != "minimal-task" && !name.StartsWith("rest-", StringComparison.Ordinal))];

    public static TheoryData<string> Frames => [.. CheckedAgainst("TaskUpdateEvent")];

    public static TheoryData<string> Calls => [.. TableCalls.All.Keys];

    [Fact]
    public void Every_request_among_the_examples_is_sent_by_the_sdk_or_has_its_reason() => Assert.Equal(
        ContractExamples.All.Where(example => example.Value["request"] is not null).Select(example => example.Key).Order(StringComparer.Ordinal),
        ExampleCalls.All.Keys.Concat(ExampleCalls.OfOthers.Keys).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_sent_as_its_example_stands(string name)
    {
        var expected = ContractExamples.All[name]["request"]!;
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(
            call.Method == "GET" && call.Path.Contains("/history/", StringComparison.Ordinal) ? "[]" : BodyOf("get-task-completed").ToJsonString()));

        await ExampleCalls.All[name](mode, StubSdk.ConfigurationOf(server));

        var call = server.Rest()[^1];
        Assert.Equal(((string)expected["method"]!, (string)expected["path"]!), (call.Method, call.Path + call.Query));
        Assert.Equal(expected["body"] is null, call.Body.Length == 0);
        ContractExamples.AssertSame(expected["body"], call.Body.Length == 0 ? null : JsonNode.Parse(call.Body), name);
        foreach (var (header, value) in expected["headers"]?.AsObject() ?? [])
        {
            Assert.Equal((string?)value == "KEY" ? "secret" : (string?)value, call.Header(header));
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task A_task_is_saved_as_it_came_but_for_its_plan(string name)
    {
        var body = BodyOf(name);
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(body.ToJsonString()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), (string)body["id"]!);

        await mode.SaveAsync(task);
        await mode.SaveAsync(task, withPlan: true);

        var (without, with) = (await SavedAsync(server), await SavedAsync(server));
        Assert.False(without.ContainsKey("deep_planning"));
        Assert.False(with.ContainsKey("configuration"));
        foreach (var (key, value) in body)
        {
            ContractExamples.AssertSame(value, with[key], $"{name}.{key}");
        }

        with.Remove("deep_planning");
        ContractExamples.AssertSame(with, without, name);
    }

    [Fact]
    public async Task What_was_left_out_of_a_task_is_saved_as_null_or_empty_and_never_as_an_artefact()
    {
        var expected = ContractExamples.All["save-artefacts-request"]["request"]!["body"]!.DeepClone().AsObject();
        (expected["expected_output"], expected["title"], expected["triggering_agent_id"], expected["mcp_servers"]) = (null, null, null, new JsonArray());
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(BodyOf("minimal-task").ToJsonString()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), ExampleCalls.TaskId);

        await mode.SetStatusAsync(task, AgentExecutionStatus.Paused);

        // "source" is the server's to fill in: the example has one, the minimal task none.
        expected["source"] = null;
        var sent = await SavedAsync(server);
        foreach (var (key, value) in expected)
        {
            ContractExamples.AssertSame(value, sent[key], key);
        }
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task A_frame_is_read_as_its_event(string name)
    {
        var (frame, expected) = ((string)ContractExamples.All[name]["sse"]!, ContractExamples.All[name]["event"]!);
        await using var server = await StubServer.StartAsync(call => call.Path.EndsWith("/events", StringComparison.Ordinal)
            ? StubAnswer.Stream((string)ContractExamples.All["sse-keepalive"]["sse"]! + frame + StubTask.Event(null, "task_finished", second: 59).Replace("2026-01", "2027-01", StringComparison.Ordinal))
            : StubAnswer.Ok(StubTask.Json()));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var update = (await mode.EventsAsync(task))[0];

        Assert.Equal(
            ((string?)expected["type"], (string?)expected["task_id"], (string?)expected["organization_id"], DateTimeOffset.Parse((string)expected["time"]!, null)),
            (update.Type, update.TaskId, update.OrganizationId, update.Time));
        ContractExamples.AssertSame(expected["data"], JsonNode.Parse(update.Data.GetRawText()), name);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_goes_where_the_tables_say_with_no_other_headers(string name)
    {
        var expected = TableCalls.All[name];
        await using var server = await StubServer.StartAsync(TableCalls.Answer);

        var call = await LastCallAsync(expected, server, "");

        var path = expected.IsStream ? expected.Sent.Replace(" /", " /organization-1/", StringComparison.Ordinal) : expected.Sent;
        Assert.Equal(path, $"{call.Method} {call.Path}{call.Query}");
        string[] headers = [.. expected.Headers, "x-api-key: secret", .. expected.HasBody ? ["Content-Type: application/json"] : Array.Empty<string>()];
        Assert.Equal(
            headers.Order(StringComparer.OrdinalIgnoreCase),
            call.Headers.Where(header => !Ambient.Contains(header.Key) && !IsKeyOfItsOwn(expected, header.Key)).Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.OrdinalIgnoreCase));
        Assert.Equal(expected.HasBody, call.Body.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Behind_an_agent_controller_every_path_begins_with_the_organization(string name)
    {
        var expected = TableCalls.All[name];
        await using var server = await StubServer.StartAsync(TableCalls.Answer);

        var call = await LastCallAsync(expected, server, "/agent-controller");

        Assert.Equal(expected.Sent.Replace(" /", " /agent-controller/organization-1/", StringComparison.Ordinal), $"{call.Method} {call.Path}{call.Query}");
    }

    [Fact]
    public async Task Every_option_of_create_travels_under_its_name()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        await mode.CreateAsync(StubSdk.TasksOf(server), StubTask.Agent, CreateOptions.Request());

        ContractExamples.AssertSame(JsonNode.Parse(CreateOptions.Json), JsonNode.Parse((await server.NextAsync()).Body), "create");
    }

    [Fact]
    public async Task Every_field_of_an_update_travels_under_its_name()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        await mode.UpdateAsync(StubSdk.TasksOf(server), StubTask.Id, new UpdateTaskRequest
        {
            ToolCallPayloadExtension = System.Text.Json.JsonElement.Parse("{}"),
            Source = "mine",
            Status = AgentExecutionStatus.Error,
            LastExecutedNodeId = "n",
            Result = "",
        });

        ContractExamples.AssertSame(
            JsonNode.Parse("""{"tool_call_payload_extension": {}, "source": "mine", "status": "error", "last_executed_node_id": "n", "result": ""}"""),
            JsonNode.Parse((await server.NextAsync()).Body),
            "update");
    }

    private static IEnumerable<string> CheckedAgainst(string model) =>
        ContractExamples.All.Where(example => (string?)example.Value["checked_against"] == model).Select(example => example.Key);

    // A pushed event carries a key of its own making, so that it may be sent again.
    private static bool IsKeyOfItsOwn(TableCall call, string header) =>
        header.Equals("Idempotency-Key", StringComparison.OrdinalIgnoreCase) && call.Sent.EndsWith("/events/push", StringComparison.Ordinal);

    private static JsonObject BodyOf(string example) => (ContractExamples.All[example]["response"]?["body"] ?? SseBody(example)).AsObject();

    private static JsonNode SseBody(string example) => ContractExamples.All[example]["event"] ?? JsonNode.Parse(((string)ContractExamples.All[example]["sse"]!).Split("data: ")[1])!;

    private static async Task<JsonObject> SavedAsync(StubServer server) => JsonNode.Parse((await server.NextAsync(call => call.Method == "PATCH")).Body)!.AsObject();

    private async Task<StubCall> LastCallAsync(TableCall expected, StubServer server, string below)
    {
        var configuration = StubSdk.ConfigurationOf(server);
        (configuration.BaseUrl, configuration.AgentId) = (server.BaseUrl + below, "agent-of-the-configuration");
        var task = await mode.GetAsync(new Sdk.Tasks(configuration), StubTask.Id);
        server.Rest();

        await expected.Make(mode, configuration, task);

        return Assert.Single(server.Rest());
    }
}
