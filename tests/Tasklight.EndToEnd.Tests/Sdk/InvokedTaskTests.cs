using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The worker's own HTTP server beside the real server: who may have a task run, and what becomes of it.</summary>
public sealed class InvokedTaskTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_decides_by_the_callers_key_whether_a_task_is_run()
    {
        await using var server = await ServerFixture.StartAsync();
        using var api = new RestApi(new(server.BaseUrl), server.Key);
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var (port, runs) = (FreePorts.Take(), 0);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var working = new AgentWorker(new WorkerOptions { Configuration = configuration, HttpPort = port }, NullLogger<AgentWorker>.Instance)
            .OnTask(async context =>
            {
                await context.ChunkAsync("working");
                return $"run {Interlocked.Increment(ref runs)} for {context.Task.UserOidcToken}";
            })
            .RunAsync(leave.Token);
        var request = new CreateTaskRequest { Input = new() { Text = "go" }, RunLocally = true, EventsStreaming = true, UserOidcToken = "a-secret" };
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, request, ct: Ct);
        task.UserOidcToken = "a-secret";
        var body = JsonSerializer.Serialize(task, ProtocolJson.Default.AgentTaskFields);

        Assert.Equal(403, (await InvokeAsync(port, "tl_nobodys-key", body)).Status);
        Assert.Equal(403, (await InvokeAsync(port, await KeyAsync(api, "tasks:read"), body)).Status);
        Assert.Equal(404, (await InvokeAsync(port, server.Key, body.Replace(task.Id, "unknown", StringComparison.Ordinal))).Status);
        Assert.Equal((0, AgentExecutionStatus.Pending), (runs, (await task.ReloadAsync(Ct)).Status));
        var (status, ended) = await InvokeAsync(port, await KeyAsync(api, "tasks:write"), body);

        Assert.Equal((200, "completed", "run 1 for a-secret"), (status, ended["status"]!.GetValue<string>(), ended["result"]!.GetValue<string>()));
        Assert.NotEqual("a-secret", ended["user_oidc_token"]?.GetValue<string>());
        Assert.Equal((AgentExecutionStatus.Completed, "run 1 for a-secret"), ((await task.ReloadAsync(Ct)).Status, task.Result));
        Assert.Equal(["working"], await task.EventsAsync(Ct).Select(update => update.AsChunk()).OfType<string>().ToListAsync(Ct));
        await leave.CancelAsync();
        await working;
    }

    private static async Task<string> KeyAsync(RestApi api, string scope) =>
        (await api.SendAsync(HttpMethod.Post, "/v1/keys", new JsonObject { ["name"] = scope, ["scopes"] = new JsonArray(scope) }))["key"]!.GetValue<string>();

    private static async Task<(int Status, JsonNode Body)> InvokeAsync(int port, string key, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/invoke") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", key);
        using var answer = await http.SendAsync(request, Ct);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!);
    }
}
