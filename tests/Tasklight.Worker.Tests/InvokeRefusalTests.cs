using Tasklight.Stub;

namespace Tasklight.Worker.Tests;

/// <summary>What the worker's own HTTP server runs nothing for, and says why.</summary>
public sealed class InvokeRefusalTests : InvokeScene
{
    [Fact]
    public async Task Without_a_key_nothing_is_run()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        using var answer = await PostAsync(Platform.Create(), key: null);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Contains("x-api-key", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.DoesNotContain(Platform.Rest(), call => call.Method == "PATCH");
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    public async Task Whom_the_server_refuses_the_worker_refuses(int refusal)
    {
        var runs = 0;
        Platform.Override = call => call.Method == "PATCH" && call.Header("x-api-key") == "the caller's" ? StubAnswer.Error(refusal, "the reason") : null;
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult($"{++runs}")));

        var (status, json) = await InvokeAsync(Platform.Create());

        Assert.Equal((refusal, 0), (status, runs));
        Assert.Contains("the reason", Text(json, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_a_proxy_before_the_server_refuses_the_worker_refuses_too()
    {
        Platform.Override = call => call.Method == "PATCH" && call.Header("x-api-key") == "the caller's" ? new StubAnswer(401, """{"message":"Unauthorized"}""") : null;
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("never")));

        Assert.Equal(401, (await InvokeAsync(Platform.Create())).Status);
    }

    [Theory]
    [InlineData("agent_id", "another")]
    [InlineData("organization_id", "another")]
    public async Task A_task_of_somebody_elses_agent_is_refused(string field, string value)
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        var (status, _) = await InvokeAsync(Platform.Create().Replace($"\"{field}\":\"{(field == "agent_id" ? StubTask.Agent : StubTask.Organization)}\"", $"\"{field}\":\"{value}\"", StringComparison.Ordinal));

        Assert.Equal(403, status);
        Assert.DoesNotContain(Platform.Rest(), call => call.Method == "PATCH");
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("{\"id\": ", 400)]
    [InlineData("[]", 422)]
    [InlineData("{}", 422)]
    [InlineData("""{"id":"task-1","agent_id":"agent-1","organization_id":"organization-1","created_at":"2026-01-01T00:00:00Z"}""", 422)]
    [InlineData("""{"id":"task-1","agent_id":"agent-1","organization_id":"organization-1","created_at":"2026-01-01T00:00:00Z","input":7}""", 422)]
    public async Task A_body_that_is_no_task_is_told_what_is_wrong(string body, int status)
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        var (answered, json) = await InvokeAsync(body);

        Assert.Equal(status, answered);
        Assert.True(json.TryGetProperty("detail", out _));
    }

    [Fact]
    public async Task The_five_required_keys_and_unknown_ones_are_enough()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));
        Platform.Create();

        var (status, _) = await InvokeAsync(
            """{"id":"task-1","agent_id":"agent-1","organization_id":"organization-1","created_at":"2026-01-01T00:00:00Z","input":{"text":"hi"},"newer":true}""");

        Assert.Equal(200, status);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused()
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));

        var (status, _) = await InvokeAsync(Platform.Create(change: task => task.Input = new() { Text = new string('x', 9 << 20) }));

        Assert.Equal(413, status);
    }

    [Theory]
    [InlineData("GET", "/invoke", 405, "POST")]
    [InlineData("POST", "/health", 405, "GET")]
    [InlineData("GET", "/elsewhere", 404, null)]
    public async Task Other_routes_and_methods_are_told_what_there_is(string method, string path, int status, string? allow)
    {
        await using var worker = await StartAsync(worker => worker.OnTask((task, ct) => Task.FromResult("done")));
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));

        using var answer = await Http.SendAsync(request, Ct);

        Assert.Equal((status, allow), ((int)answer.StatusCode, answer.Content.Headers.Allow.SingleOrDefault()));
    }
}
