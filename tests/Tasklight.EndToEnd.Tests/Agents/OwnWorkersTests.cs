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
    public async Task No_more_tasks_run_at_once_than_are_set_but_sub_tasks_need_no_place()
    {
        var (running, most, release) = (0, 0, new TaskCompletionSource());
        var model = new ScriptedChatClient
        {
            Otherwise = _ => new ScriptedTurn().Text("done").After(async ct =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                await release.Task.WaitAsync(ct);
                Interlocked.Decrement(ref running);
            }),
        };
        await using var server = await StartAsync(model, "--runtime-concurrency", "2", "--runtime-agent-concurrency", "4");
        var (first, second) = (await CreateAgentAsync(server), await CreateAgentAsync(server));
        var tasks = new List<AgentTask>();
        foreach (var agent in (string[])[first.Id, second.Id, first.Id, second.Id])
            tasks.Add(await CreateTaskAsync(server, agent));
        await Eventually.HoldsAsync(() => Volatile.Read(ref running) == 2, "two tasks run");
        await Eventually.HoldsAsync(async () => (await Task.WhenAll(tasks.Select(task => task.ReloadAsync(Ct)))).All(task => task.Status == AgentExecutionStatus.Executing), "all tasks have a slot");
        Assert.Equal(2, Volatile.Read(ref most));

        tasks.Add(await CreateTaskAsync(server, first.Id, request => request.ParentExecutionId = tasks[0].Id));
        await Eventually.HoldsAsync(() => Volatile.Read(ref running) == 3, "the sub-task runs beside them");
        release.SetResult();

        Assert.All(await Task.WhenAll(tasks.Select(EndAsync)), task => Assert.Equal("done", task.Result));
    }

    /// <summary>Each agent may run one task at a time, by its own limit or by its worker's slots, and each asks the other one.</summary>
    [Theory]
    [InlineData(1, "--runtime-agent-concurrency", "6")]
    [InlineData(null, "--runtime-agent-concurrency", "1")]
    [InlineData(1, "--runtime-concurrency", "1")]
    public async Task Agents_that_ask_each_other_come_to_an_end_whatever_the_limits(int? limit, params string[] settings)
    {
        var model = new ScriptedChatClient
        {
            Otherwise = request => request.Results.Count == 0 && request.LastText.Length < 4 && request.Tools.FirstOrDefault(tool => tool.StartsWith("ask_", StringComparison.Ordinal)) is { } ask
                ? new ScriptedTurn().Call(ask, $$"""{"task":"{{request.LastText}}+"}""", "n")
                : new ScriptedTurn().Text(request.Results.Count == 0 ? request.LastText : (string)request.Results["n"]!),
        };
        await using var server = await StartAsync(model, settings);
        using var api = Api(server);
        var (left, right) = (await NamedAsync("left"), await NamedAsync("right"));
        await AskAsync(left, right);
        await AskAsync(right, left);

        var tasks = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => CreateTaskAsync(server, n % 2 == 0 ? left : right, request => request.Input = new() { Text = "x" })));

        Assert.All(await Task.WhenAll(tasks.Select(EndAsync)), task => Assert.Equal((AgentExecutionStatus.Completed, "x+++"), (task.Status, task.Result)));

        async Task<string> NamedAsync(string name) => await api.CreateAgentAsync(new JsonObject { ["name"] = name, ["model_provider"] = "openai", ["model_name"] = "gpt-4o", ["max_concurrency"] = limit });

        async Task AskAsync(string agent, string other)
        {
            await api.SendAsync(HttpMethod.Patch, $"/v1/agents/{agent}", new JsonObject { ["graph"] = new JsonArray(new JsonObject { ["item_id"] = other, ["type"] = "agent", ["targets"] = new JsonArray() }) });
            await api.SendAsync(HttpMethod.Put, $"/v1/agents/{agent}");
        }
    }

    [Fact]
    public async Task A_run_that_waits_for_a_sub_task_leaves_its_place_to_others()
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var model = new ScriptedChatClient
        {
            Otherwise = request => request.LastText != "Ask" || request.Results.Count > 0
                ? new ScriptedTurn().Text("done")
                : new ScriptedTurn().Call("ask_helper", """{"task":"Help"}""", "n").After(ct =>
                {
                    asked.TrySetResult();
                    return go.Task.WaitAsync(ct);
                }),
        };
        await using var server = await StartAsync(model, "--runtime-concurrency", "1");
        using var api = Api(server);
        var helper = await api.CreateAgentAsync(new JsonObject { ["name"] = "helper", ["model_provider"] = "openai", ["model_name"] = "gpt-4o", ["max_concurrency"] = 1 });
        var boss = await api.CreateAgentAsync(new JsonObject
        {
            ["model_provider"] = "openai",
            ["model_name"] = "gpt-4o",
            ["graph"] = new JsonArray(new JsonObject { ["item_id"] = helper, ["type"] = "agent", ["targets"] = new JsonArray() }),
        });
        var asking = await CreateTaskAsync(server, boss, request => request.Input = new() { Text = "Ask" });
        await asked.Task.InTime();

        // It has the helper's only slot and waits for the place.
        var first = await CreateTaskAsync(server, helper);
        await api.BecomesAsync(first.Id, "executing");
        go.SetResult();

        Assert.All(await Task.WhenAll(EndAsync(first), EndAsync(asking)), task => Assert.Equal("done", task.Result));
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

    private static ScriptedChatClient Answering(string text) => new() { Otherwise = _ => new ScriptedTurn().Text(text) };

    private static Task<ServerFixture> StartAsync(IChatClient model, params string[] settings) => ServerFixture.StartAsync(
        services => services.AddSingleton(new AgentRuntimeOptions { OpenModel = _ => model }), ["--runtime", "true", .. settings]);

    private static Task<ServerFixture> StartWithoutKeyAsync() => ServerFixture.StartAsync(
        services => services.AddSingleton(new AgentRuntimeOptions { OpenModel = _ => throw new ModelException(ModelFailure.NotConfigured, "set OPENAI_API_KEY") }), ["--runtime", "true"]);

    private static string Id(JsonNode worker) => worker["id"]!.GetValue<string>();

    private static RestApi Api(ServerFixture server) => new(new Uri(server.BaseUrl), server.Key);

    private static Task<Agent> CreateAgentAsync(ServerFixture server, string model = "gpt-4o") =>
        new Tasklight.Sdk.Agents(server.Configuration()).CreateAsync(new CreateAgentRequest { Name = "model agent", ModelProvider = "openai", ModelName = model }, ct: Ct);

    private static Task<AgentTask> CreateTaskAsync(ServerFixture server, string agent, Action<CreateTaskRequest>? change = null)
    {
        var request = new CreateTaskRequest { Input = new() { Text = "Greet me" }, EventsStreaming = true, OutputFormat = OutputFormat.Text };
        change?.Invoke(request);
        return new Tasks(server.Configuration()).CreateAsync(agent, request, ct: Ct);
    }

    private static Task<AgentTask> EndAsync(AgentTask task) => AgentScene.EndAsync(task);

    private static async Task<IReadOnlyList<JsonNode>> WorkersAsync(RestApi api) => [.. (await api.SendAsync(HttpMethod.Get, "/v1/workers")).AsArray().Select(worker => worker!)];

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen)
                return;
        }
    }

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
