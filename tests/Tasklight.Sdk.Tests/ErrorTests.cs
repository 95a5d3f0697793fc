using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class ErrorTests(SdkMode mode)
{
    [Theory]
    [InlineData(308, "any", typeof(ModuleException), "base URL")]
    [InlineData(401, "any", typeof(ModuleException), "API key")]
    [InlineData(403, "any", typeof(ModuleException), "organization id")]
    [InlineData(404, "any", typeof(TaskNotFoundException), "Check the id")]
    [InlineData(409, "any", typeof(TaskConflictException), "get task")]
    [InlineData(409, "lease_lost", typeof(LeaseLostException), "get task")]
    [InlineData(408, "any", typeof(ModuleException), "try again")]
    [InlineData(413, "any", typeof(ModuleException), "Send less")]
    [InlineData(422, "any", typeof(ModuleException), "Correct")]
    [InlineData(429, "any", typeof(ModuleException), "Wait")]
    [InlineData(500, "any", typeof(ModuleException), "log")]
    [InlineData(503, "any", typeof(ModuleException), "try again")]
    public async Task Each_refusal_says_what_was_asked_what_was_found_and_what_to_do(int status, string code, Type kind, string text)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(status, "the reason", code));

        var exception = await FailureAsync(server);

        Assert.IsType(kind, exception);
        Assert.Equal((status, code), (exception.StatusCode, exception.Code));
        Assert.StartsWith($"[{status}] Could not get task 'x': the reason", exception.Message, StringComparison.Ordinal);
        Assert.Contains(text, exception.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("turn_open", "Wait until the present turn has ended, or stop it")]
    [InlineData("id_taken", "Use another id")]
    [InlineData("lease_lost", "Stop this run")]
    [InlineData("idempotency_conflict", "new idempotency key")]
    [InlineData("approval_mismatch", "decide on what it waits for now")]
    [InlineData("streaming_disabled", "EventsStreaming = true")]
    [InlineData("environment_conflict", "environment")]
    [InlineData("invalid_transition", "look at its status")]
    [InlineData("a_word_of_tomorrow", "look at its status")]
    public async Task A_conflict_says_what_to_do_about_it(string code, string advice)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Error(409, "the reason", code));

        Assert.Contains(advice, (await FailureAsync(server)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Field_errors_are_listed_with_their_place()
    {
        await using var server = await StubServer.StartAsync(
            _ => new StubAnswer(422, """{"detail": [{"loc": ["body", "priority"], "msg": "at most 100", "type": "range"}, {"loc": ["body", "input"], "msg": "missing", "type": "m"}]}"""));

        Assert.Contains("body.priority: at most 100; body.input: missing", (await FailureAsync(server)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Welcome</html>", "text/html")]
    [InlineData("[1, 2]", "application/json")]
    [InlineData("{\"id\": ", "application/json")]
    [InlineData("null", "application/json")]
    public async Task An_answer_that_is_not_the_contracts_is_named_as_such(string body, string contentType)
    {
        await using var server = await StubServer.StartAsync(_ => new StubAnswer(200, body, contentType));

        var exception = await FailureAsync(server);

        Assert.Equal(500, exception.StatusCode);
        Assert.Contains("not the contract's", exception.Message, StringComparison.Ordinal);
        Assert.Contains(body, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", "\"running\"")]
    [InlineData("output_format", "\"html\"")]
    [InlineData("result", "{}")]
    [InlineData("duration", "null")]
    public async Task An_answer_with_a_field_that_is_not_the_contracts_names_the_field(string field, string value)
    {
        var task = JsonNode.Parse(StubTask.Json())!;
        task[field] = JsonNode.Parse(value);
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(task.ToJsonString()));

        Assert.Contains($"not the contract's at $.{field}.", (await FailureAsync(server)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task What_is_no_id_is_told_before_anything_is_sent(string? id)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        var tasks = StubSdk.TasksOf(server);

        Assert.Equal("taskId", (await Assert.ThrowsAnyAsync<ArgumentException>(() => mode.GetAsync(tasks, id!))).ParamName);
        Assert.Equal("taskId", (await Assert.ThrowsAnyAsync<ArgumentException>(() => mode.StopAsync(tasks, id!))).ParamName);
        Assert.Equal("agentId", (await Assert.ThrowsAnyAsync<ArgumentException>(() => mode.CreateAsync(tasks, id!, "prompt"))).ParamName);
        await Assert.ThrowsAsync<ArgumentNullException>(() => mode.CreateAsync(tasks, "a", (CreateTaskRequest)null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => mode.UpdateAsync(tasks, "t", null!));
        Assert.Empty(server.Rest());
    }

    [Theory]
    [InlineData("first\nsecond")]
    [InlineData("schlüssel")]
    public async Task A_key_that_no_header_can_carry_is_told_before_anything_is_sent(string key)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.CreateAsync(StubSdk.TasksOf(server), "a", new CreateTaskRequest(), key: key));

        Assert.Contains("Idempotency-Key", exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Rest());
    }

    [Fact]
    public async Task No_connection_names_the_address_and_keeps_the_cause()
    {
        var address = $"http://127.0.0.1:{FreePorts.Take()}";
        var tasks = new Tasks(new Configuration(_ => null) { BaseUrl = address, ApiKey = "secret" });

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(tasks, "x"));

        Assert.Equal(500, exception.StatusCode);
        Assert.Contains(address, exception.Message, StringComparison.Ordinal);
        Assert.NotNull(exception.InnerException);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Reads_are_repeated_over_a_passing_failure_when_asked_for(int status)
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(_ => ++calls < 3 ? StubAnswer.Error(status, "not now") : StubAnswer.Ok(StubTask.Json()));

        var task = await mode.GetAsync(StubSdk.TasksOf(server, TimeSpan.FromSeconds(30)), "x");

        Assert.Equal((StubTask.Id, 3), (task.Id, calls));
    }

    [Fact]
    public async Task Updates_and_stops_that_carry_a_key_are_repeated()
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(_ => ++calls % 2 == 1 ? StubAnswer.Error(503, "starting") : StubAnswer.Ok(StubTask.Json()));
        var tasks = StubSdk.TasksOf(server, TimeSpan.FromSeconds(30));

        await mode.UpdateAsync(tasks, "x", new UpdateTaskRequest { Result = "r" }, key: "one");
        await mode.StopAsync(tasks, "x", key: "two");

        Assert.Equal(["one", "one", "two", "two"], server.Rest().Select(call => call.Header("Idempotency-Key")));
    }

    [Fact]
    public async Task An_answer_that_takes_too_long_is_told_with_the_time_allowed()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Stream(StubTask.SilenceAsync()));
        var configuration = StubSdk.ConfigurationOf(server);
        configuration.Timeout = TimeSpan.FromSeconds(1);

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(new Tasks(configuration), "x"));

        Assert.Contains("no answer within 1 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_is_told_as_none()
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));
        using var road = new BlockedRoad { Blocked = 1 };

        var exception = await Assert.ThrowsAsync<ModuleException>(() => mode.GetAsync(new Tasks(new Transport(StubSdk.ConfigurationOf(server), road.Http)), "x"));

        Assert.Contains($"Could not get task 'x': no connection to {server.BaseUrl}", exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Rest());
    }

    [Fact]
    public async Task A_write_without_idempotency_key_is_never_repeated()
    {
        var calls = 0;
        await using var server = await StubServer.StartAsync(_ => ++calls < 3 ? StubAnswer.Error(503, "starting") : StubAnswer.Ok(StubTask.Json()));
        var tasks = StubSdk.TasksOf(server, TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<ModuleException>(() => mode.CreateAsync(tasks, "a", "prompt"));
        Assert.Equal(1, calls);

        await mode.CreateAsync(tasks, "a", new CreateTaskRequest(), key: "once");
        Assert.Equal(3, calls);
    }

    private async Task<ModuleException> FailureAsync(StubServer server) =>
        await Assert.ThrowsAnyAsync<ModuleException>(() => mode.GetAsync(StubSdk.TasksOf(server), "x"));
}
