using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;
using Tasklight.Agents.Models;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests;
using Tasklight.EndToEnd.Tests.Chaos;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Protocol;
using Tasklight.Sdk;
using static Tasklight.EndToEnd.Tests.AgentRuns.OwnWorkersScene;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>The server runs tasks of agents that name a model itself, over its own public protocol.</summary>
public sealed class OwnWorkersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_that_names_a_model_is_run_without_any_other_worker()
    {
        await using var server = await StartAsync(Answering("Hello"));
        var agent = await CreateAgentAsync(server);

        var task = await EndAsync(await CreateTaskAsync(server, agent.Id));

        Assert.Equal((AgentExecutionStatus.Completed, "Hello"), (task.Status, task.Result));
    }

    [Fact]
    public async Task Agents_of_before_the_start_are_run_too()
    {
        await using var server = await StartAsync(Answering("Hello"));
        var agent = await CreateAgentAsync(server);
        await server.RestartAsync();

        Assert.Equal("Hello", (await EndAsync(await CreateTaskAsync(server, agent.Id))).Result);
    }

    [Fact]
    public async Task An_agent_without_a_model_waits_for_a_worker_until_it_names_one()
    {
        await using var server = await StartAsync(Answering("Hello"));
        var agent = await CreateAgentAsync(server, model: "");
        var task = await CreateTaskAsync(server, agent.Id);
        using var api = Api(server);
        Assert.Equal("no_worker", await api.WhyAsync(task.Id));

        await api.SendAsync(HttpMethod.Patch, $"/v1/agents/{agent.Id}", new JsonObject { ["model_name"] = "gpt-4o" });
        Assert.Equal("no_worker", await api.WhyAsync(task.Id));
        await api.SendAsync(HttpMethod.Put, $"/v1/agents/{agent.Id}");

        Assert.Equal("Hello", (await EndAsync(task)).Result);
    }

    [Fact]
    public async Task Links_to_the_servers_own_files_are_fetched_at_its_public_address_though_that_is_private()
    {
        var port = FreePorts.Take();
        var model = Answering("Read");
        await using var server = await StartAsync(model, "--public-url", $"http://127.0.0.1:{port}");
        // What stands before a server in its private network.
        await using var gate = new FlakyProxy(new Uri(server.BaseUrl), seed: 1, port);
        var agent = await CreateAgentAsync(server);
        var file = await new Tasklight.Sdk.Files(server.Configuration()).UploadAsync(new MemoryStream("Look closely."u8.ToArray()), "notes.txt", ct: Ct);
        Assert.StartsWith($"http://127.0.0.1:{port}/", file.Url, StringComparison.Ordinal);

        var request = new CreateTaskRequest { Input = new() { Text = "Read", Files = [file.Url, "http://127.0.0.1:1/secret.txt"] }, EventsStreaming = true, OutputFormat = OutputFormat.Text };
        await EndAsync(await new Tasks(server.Configuration()).CreateAsync(agent.Id, request, ct: Ct));

        Assert.Contains("Look closely.", model.Requests[0].Messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("private or local address", model.Requests[0].Messages[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_agent_is_no_longer_worked_for()
    {
        await using var server = await StartAsync(Answering("Hello"));
        using var api = Api(server);
        var agent = await CreateAgentAsync(server);
        await Eventually.HoldsAsync(async () => (await WorkersAsync(api)).Count == 1, "the agent has a worker");

        await api.SendAsync(HttpMethod.Delete, $"/v1/agents/{agent.Id}");

        await Eventually.HoldsAsync(async () => (await WorkersAsync(api)).Count == 0, "the agent's worker has left");
    }

    [Theory]
    [InlineData("deployment_type", "container")]
    [InlineData("status", "INACTIVE")]
    public async Task An_agent_that_runs_elsewhere_or_not_at_all_has_no_worker_here(string field, string value)
    {
        await using var server = await StartAsync(Answering("Hello"));
        using var api = Api(server);
        await api.CreateAgentAsync(new JsonObject { ["model_provider"] = "openai", ["model_name"] = "gpt-4o", [field] = value });
        var other = await CreateAgentAsync(server);

        await Eventually.HoldsAsync(async () => (await WorkersAsync(api)).Count > 0, "the other agent has a worker");

        Assert.Equal(other.Id, Assert.Single(await WorkersAsync(api))["agent_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_connected_worker_comes_before_the_servers_own()
    {
        await using var server = await StartAsync(Answering("by the model"));
        using var api = Api(server);
        var agent = await CreateAgentAsync(server);
        await using var worker = RunningWorker.Start(server.Configuration(agent.Id), _ => Task.FromResult("by the worker"));
        await Eventually.HoldsAsync(async () => (await WorkersAsync(api)).Count == 2, "both workers are connected");

        foreach (var _ in Enumerable.Range(0, 5))
            Assert.Equal("by the worker", (await EndAsync(await CreateTaskAsync(server, agent.Id))).Result);
        await worker.LeaveAsync();

        Assert.Equal("by the model", (await EndAsync(await CreateTaskAsync(server, agent.Id))).Result);
    }

    [Fact]
    public async Task Without_a_key_the_tasks_of_an_agent_that_had_its_own_worker_wait_for_it_and_others_say_what_is_not_set()
    {
        await using var server = await StartWithoutKeyAsync();
        using var api = Api(server);
        var agent = await CreateAgentAsync(server);
        var failed = await EndAsync(await CreateTaskAsync(server, agent.Id));
        Assert.Equal((AgentExecutionStatus.Error, "set OPENAI_API_KEY"), (failed.Status, failed.Result));
        var standIn = Assert.Single(await WorkersAsync(api));

        await using (var worker = RunningWorker.Start(server.Configuration(agent.Id), _ => Task.FromResult("by the worker")))
        {
            await Eventually.HoldsAsync(async () => await WorkersAsync(api) is [var only] && Id(only) != Id(standIn), "the server's own has left, the other one is there");
            await worker.LeaveAsync();
        }

        await Eventually.HoldsAsync(async () => (await WorkersAsync(api)).Count == 0, "no worker is left");
        var task = await CreateTaskAsync(server, agent.Id);
        Assert.Equal("no_worker", await api.WhyAsync(task.Id));
        await using var again = RunningWorker.Start(server.Configuration(agent.Id), _ => Task.FromResult("by the worker"));

        Assert.Equal("by the worker", (await EndAsync(task)).Result);
    }

    [Fact]
    public async Task A_task_waits_for_the_connected_worker_even_when_all_its_slots_are_busy()
    {
        await using var server = await StartAsync(Answering("by the model"));
        using var api = Api(server);
        var agent = await CreateAgentAsync(server);
        var release = new TaskCompletionSource();
        await using var worker = RunningWorker.Start(server.Configuration(agent.Id), async _ =>
        {
            await release.Task;
            return "by the worker";
        });
        await Eventually.HoldsAsync(async () => (await WorkersAsync(api)).Count == 2, "both workers are connected");

        var tasks = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => CreateTaskAsync(server, agent.Id)));
        await Eventually.HoldsAsync(async () => (await Task.WhenAll(tasks.Select(task => api.WhyAsync(task.Id)))).Contains(WaitReasons.SlotsBusy), "one task waits for a slot");
        release.SetResult();

        Assert.All(await Task.WhenAll(tasks.Select(EndAsync)), task => Assert.Equal("by the worker", task.Result));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stopping_server_hands_its_tasks_back_in_time_and_the_next_one_goes_on(bool saysItsLastWords)
    {
        var asked = new TaskCompletionSource();
        var model = new ScriptedChatClient(new ScriptedTurn().After(async ct =>
        {
            asked.TrySetResult();
            await Until.CancelledAsync(ct);
        }))
        {
            Otherwise = _ => new ScriptedTurn().Text("Hello"),
        };
        await using var server = await ServerFixture.StartAsync(
            services =>
            {
                services.AddSingleton(new AgentRuntimeOptions { OpenModel = _ => model });
                if (!saysItsLastWords)
                    services.AddSingleton<IStartupFilter>(new HeldLastWords());
            },
            "--runtime",
            "true");
        var task = await CreateTaskAsync(server, (await CreateAgentAsync(server)).Id);
        await asked.Task.InTime();

        var since = Stopwatch.StartNew();
        await server.StopAsync();
        Assert.InRange(since.Elapsed, TimeSpan.Zero, Eventually.StopCeiling);
        await server.StartAgainAsync();

        task = await EndAsync(task);
        Assert.Equal((AgentExecutionStatus.Completed, "Hello", 1), (task.Status, task.Result, task.Attempt));
    }

    [Fact]
    public async Task The_key_of_the_servers_own_workers_is_in_no_list()
    {
        await using var server = await StartAsync(Answering("Hello"));
        using var api = Api(server);
        await EndAsync(await CreateTaskAsync(server, (await CreateAgentAsync(server)).Id));

        var keys = await api.SendAsync(HttpMethod.Get, "/v1/keys");

        Assert.Equal("bootstrap", Assert.Single(keys as JsonArray ?? keys["items"]!.AsArray())!["name"]!.GetValue<string>());
    }

    private static Task<ServerFixture> StartWithoutKeyAsync() => ServerFixture.StartAsync(
        services => services.AddSingleton(new AgentRuntimeOptions { OpenModel = _ => throw new ModelException(ModelFailure.NotConfigured, "set OPENAI_API_KEY") }), ["--runtime", "true"]);

    private static string Id(JsonNode worker) => worker["id"]!.GetValue<string>();

    private static async Task<IReadOnlyList<JsonNode>> WorkersAsync(RestApi api) => [.. (await api.SendAsync(HttpMethod.Get, "/v1/workers")).AsArray().Select(worker => worker!)];

    /// <summary>A machine on which the words of a worker that leaves do not get through before the server has stopped.</summary>
    private sealed class HeldLastWords : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            app.Use(async (context, pass) =>
            {
                if (stopping.IsCancellationRequested && context.Request.Method == "POST")
                    await Until.CancelledAsync(context.RequestAborted);
                await pass(context);
            });
            next(app);
        };
    }
}
