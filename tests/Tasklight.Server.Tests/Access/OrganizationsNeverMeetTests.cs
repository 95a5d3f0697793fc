using System.Net;
using System.Text;
using Tasklight.Server.Tests.Hosting;

namespace Tasklight.Server.Tests.Access;

/// <summary>Law 7: what belongs to another organization does not exist.</summary>
public sealed class OrganizationsNeverMeetTests : IAsyncLifetime
{
    const string Mark = "only-for-the-first-organization";

    /// <summary>Enough for every route to get past its body and look for the id.</summary>
    const string Body = """
        {"input":{"text":"x"},"name":"n","status":"executing","task_id":"TASK","wait_node_id":"w","execution_id":"TASK","memory_thread_id":"TASK","is_success":true,"steps":[{"number":1,"kind":"note"}]}
        """;

    /// <summary>Routes whose answer says nothing about the id: whoever posts there is heard, and everybody's list of his own is empty.</summary>
    static readonly string[] SayNothing = ["POST /events/{worker_id}", "GET /agent-execution/executions/history/user/{user_id}"];

    RunningServer _server = null!;
    string _agent = "", _task = "", _file = "", _key = "";
    HttpClient _stranger = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _agent = (await _server.Client.JsonAsync("POST", "/v1/agents", new { name = Mark }, HttpStatusCode.Created)).Text("id");
        _task = (await _server.Client.JsonAsync("POST", $"/agent-execution/{_agent}", new { input = new { text = Mark }, events_streaming = true })).Text("id");
        _file = (await _server.Client.JsonAsync("POST", "/v1/files?name=" + Mark, new StringContent(Mark), HttpStatusCode.Created)).Text("id");
        _key = (await _server.Client.JsonAsync("POST", "/v1/keys", new { name = Mark, scopes = new[] { "worker" } }, HttpStatusCode.Created)).Text("id");
        var second = await _server.Client.JsonAsync("POST", "/v1/organizations", new { id = "second", name = "Second" }, HttpStatusCode.Created);
        _stranger = _server.NewClient(second.GetProperty("api_key").Text("key"));
    }

    public async ValueTask DisposeAsync()
    {
        _stranger.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Law_7_an_id_of_another_organization_is_404_on_every_route()
    {
        var wrong = new List<string>();
        var asked = 0;
        foreach (var (method, path, endpoint) in Routes.Of(_server))
        {
            if (!path.Contains('{', StringComparison.Ordinal) || endpoint.HasTag("Not served") || path.Contains("{**", StringComparison.Ordinal) || endpoint.HasTag("Docs"))
                continue;
            asked++;
            var (status, body) = await _stranger.CallAsync(method, Fill(path), BodyFor(method, path));
            if (!SayNothing.Contains($"{method} {path}") && status != HttpStatusCode.NotFound)
                wrong.Add($"{method} {path}: {(int)status} {body}");
            if (body.Contains(Mark, StringComparison.Ordinal))
                wrong.Add($"{method} {path} shows it: {body}");
        }

        Assert.True(asked > 20, $"{asked} routes asked");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Law_7_no_list_shows_what_is_another_organizations()
    {
        foreach (var (method, path, endpoint) in Routes.Of(_server).Where(static route => route.Method == "GET" && !route.Path.Contains('{', StringComparison.Ordinal)))
        {
            var (_, body) = await _stranger.CallAsync(method, path);
            Assert.False(body.Contains(Mark, StringComparison.Ordinal), $"{path} shows it: {body}");
        }
    }

    [Fact]
    public async Task The_same_task_id_is_another_task_in_another_organization()
    {
        var agent = (await _stranger.JsonAsync("POST", "/v1/agents", new { name = "own" }, HttpStatusCode.Created)).Text("id");
        var own = await _stranger.JsonAsync("POST", $"/agent-execution/{agent}", new { id = _task, input = new { text = "own" } });

        Assert.Equal((_task, "second", "pending"), (own.Text("id"), own.Text("organization_id"), own.Text("status")));
        Assert.Equal(Mark, (await _server.Client.JsonAsync("GET", $"/agent-execution/{_task}/status")).GetProperty("input").Text("text"));
    }

    string Fill(string path) => Routes.Fill(path, name => name switch
    {
        "agent_id" => _agent,
        "task_id" => _task,
        "id" when path.StartsWith("/v1/files", StringComparison.Ordinal) => _file,
        "id" when path.StartsWith("/v1/keys", StringComparison.Ordinal) => _key,
        _ => "x",
    });

    StringContent? BodyFor(string method, string path)
    {
        if (method is "GET" or "DELETE")
            return null;
        var body = Body.Replace("TASK", _task, StringComparison.Ordinal);
        if (path.EndsWith("/events/push", StringComparison.Ordinal))
            body = $$$"""[{"type":"chunk","task_id":"{{{_task}}}","organization_id":"second","time":"2026-01-01T00:00:00Z","data":"x"}]""";
        if (path.EndsWith("/sync_local_tools", StringComparison.Ordinal))
            body = """[{"id":"t","name":"t","method":"GET","path":"/t"}]""";
        if (path.EndsWith("/report_task", StringComparison.Ordinal) || path.StartsWith("/v1/agents", StringComparison.Ordinal))
            body = """{"name":"n","input":null}""";
        if (path.EndsWith("/invoke", StringComparison.Ordinal) || path.Contains("/invoke/", StringComparison.Ordinal))
            body = Body;
        return new(body, Encoding.UTF8, "application/json");
    }
}
