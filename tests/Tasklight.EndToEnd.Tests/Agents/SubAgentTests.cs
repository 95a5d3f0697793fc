using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.EndToEnd.Tests.CommandLines;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Agents ask other agents: child tasks with their own records, one tree.</summary>
public sealed class SubAgentTests(SharedServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_supervisor_has_two_agents_work_side_by_side()
    {
        await using var writer = await AgentScene.StartAsync(server, new ScriptedChatClient { Otherwise = request => new ScriptedTurn().Text($"Written: {request.LastText}").Usage(10, 5) }, Named("The Writer"));
        await using var judge = await AgentScene.StartAsync(server, new ScriptedChatClient { Otherwise = _ => throw new InvalidOperationException("No verdict.") }, Named("judge-2"));
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("ask_The_Writer", """{"task":"a poem","files":["https://files.example/a.bin"]}""", "w").Call("ask_judge_2", """{"task":"a verdict"}""", "j").Usage(100, 50),
            new ScriptedTurn().Text("All heard.").Usage(200, 60));
        await using var boss = await AgentScene.StartAsync(server, model, Team(writer, judge));

        var task = await boss.CreateTaskAsync("Get a poem and a verdict", request => request.Input = new() { Text = "Get a poem and a verdict", User = new() { Id = "u1", Email = "u1@example.com" } });
        var events = await AgentScene.EventsAsync(task);
        await task.ReloadAsync(Ct);

        Assert.Equal("All heard.", task.Result);
        var read = model.Requests[1].Results;
        Assert.StartsWith("Written: a poem", (string)read["w"]!, StringComparison.Ordinal);
        Assert.StartsWith("Error: The work of agent 'judge-2' (task ", (string)read["j"]!, StringComparison.Ordinal);
        Assert.Equal(2, task.SubExecutions.Count);
        Assert.Equal(task.SubExecutions.Order(StringComparer.Ordinal), task.FinishedSubExecutions.Order(StringComparer.Ordinal));
        var child = await ChildAsync(task, writer);
        Assert.Equal((task.Id, task.AgentId, "agent", "u1"), (child.ParentExecution, child.TriggeringAgentId, child.Source, child.Input.User?.Id));
        Assert.Equal(["https://files.example/a.bin"], child.Input.Files);
        var triggers = events.Index().Where(update => update.Item.Type == TaskEventTypes.SubAgentTrigger).ToList();
        Assert.Equal(2, triggers.Count);
        Assert.All(triggers, trigger => Assert.Contains(
            events.Take(trigger.Index), update => update.AsToolCallRequest()?.OperationId == trigger.Item.AsSubAgentTrigger()!.AgentId));
        Assert.Equal((300, 310), (task.Usage!.PromptTokens, task.Usage.Tree.PromptTokens));
        Assert.EndsWith("completed, 300 tokens in, 110 out; with its sub-tasks 310 tokens in, 115 out\n", (await CommandRun.OfAsync(server, "tasks", "watch", task.Id)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_reaches_the_agents_that_were_asked()
    {
        // Nobody works for this one, so its task waits.
        await using var sleeper = await AgentScene.CreateAsync(server, Named("sleeper"));
        await using var boss = await AgentScene.StartAsync(server, new ScriptedChatClient(new ScriptedTurn().Call("ask_sleeper", """{"task":"sleep"}""")), Team(sleeper));
        var task = await boss.CreateTaskAsync("Ask");
        await Eventually.HoldsAsync(async () => (await task.ReloadAsync(Ct)).SubExecutions.Count == 1, "the child is there");

        await task.StopAsync(Ct);

        var child = await AgentTask.LoadAsync(task.SubExecutions[0], boss.Configuration, Ct);
        Assert.Equal((AgentExecutionStatus.Stopped, AgentExecutionStatus.Stopped), (task.Status, child.Status));
    }

    [Fact]
    public async Task A_worker_that_dies_while_it_waits_asks_nobody_twice()
    {
        await using var slow = await AgentScene.CreateAsync(server, Named("slow"));
        var model = new ScriptedChatClient { Otherwise = request => request.Results.Count == 0 ? new ScriptedTurn().Call("ask_slow", """{"task":"work"}""", "s") : new ScriptedTurn().Text((string)request.Results["s"]!) };
        await using var boss = await AgentScene.CreateAsync(server, Team(slow));
        var first = boss.Work(model);
        var task = await boss.CreateTaskAsync("Ask");
        await Eventually.HoldsAsync(async () => (await task.ReloadAsync(Ct)).SubExecutions.Count == 1, "the child is there");

        await first.LeaveAsync();
        slow.Work(new ScriptedChatClient(new ScriptedTurn().Text("Worked.")));
        boss.Work(model);
        await AgentScene.EndAsync(task);

        Assert.Equal("Worked.", task.Result);
        Assert.Single(task.SubExecutions);
        var child = await AgentTask.LoadAsync(task.SubExecutions[0], boss.Configuration, Ct);
        Assert.Single(await boss.Api.LogAsync(child.Id), update => update["type"]!.GetValue<string>() == "task_created");
    }

    [Fact]
    public async Task A_worker_that_dies_before_the_answer_is_stored_gets_the_same_answer_again()
    {
        var answers = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Text("Worked once.") };
        await using var helper = await AgentScene.StartAsync(server, answers, Named("helper"));
        var model = new ScriptedChatClient { Otherwise = request => request.Results.Count == 0 ? new ScriptedTurn().Call("ask_helper", """{"task":"work"}""", "s") : new ScriptedTurn().Text((string)request.Results["s"]!) };
        await using var boss = await AgentScene.CreateAsync(server, Team(helper));
        // The turn, the model's call, its result.
        using var dying = new DyingWorker(steps: 3, isStored: false);
        using var http = new HttpClient(dying);
        var task = await boss.CreateTaskAsync("Ask");

        var first = boss.Work(model, http: http);
        await dying.Died.InTime();
        await first.LeaveAsync();
        boss.Work(model);
        await AgentScene.EndAsync(task);

        Assert.Equal("Worked once.", task.Result);
        Assert.Single(task.SubExecutions);
        Assert.Single(answers.Requests);
    }

    [Fact]
    public async Task A_budget_over_the_tree_pauses_all_of_it_and_a_grant_goes_on_behind_what_is_stored()
    {
        var helpers = new ScriptedChatClient(new ScriptedTurn().Text("Helped.").Usage(100, 20));
        await using var helper = await AgentScene.StartAsync(server, helpers, Named("helper"));
        var model = new ScriptedChatClient(new ScriptedTurn().Call("ask_helper", """{"task":"work"}""", "h").Usage(40, 10), new ScriptedTurn().Text("Done.").Usage(5, 5));
        await using var boss = await AgentScene.StartAsync(server, model, Team(helper));

        var task = await boss.PausedAsync(await boss.CreateTaskAsync("Ask", request => request.Budget = new() { MaxTokens = 100, Action = TaskBudget.ActionPause }));
        var child = await ChildAsync(task, helper);
        Assert.Equal(("max_tokens", 140, 30), (task.Usage!.Reached, task.Usage.Tree.PromptTokens, task.Usage.Tree.CompletionTokens));
        Assert.Equal((AgentExecutionStatus.Paused, "budget_reached", "budget_reached"), (child.Status, await boss.Api.WhyAsync(task.Id), await boss.Api.WhyAsync(child.Id)));

        await task.ApproveAsync(ct: Ct);
        var ended = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Done.", 1), (ended.Status, ended.Result, ended.Usage!.Granted));
        Assert.Equal(("Helped.", 1), (model.Requests[1].Results["h"], helpers.Requests.Count));
    }

    [Fact]
    public async Task A_budget_of_depth_refuses_the_child_in_words_for_the_model()
    {
        await using var helper = await AgentScene.CreateAsync(server, Named("helper"));
        var model = new ScriptedChatClient(new ScriptedTurn().Call("ask_helper", """{"task":"work"}""", "s"), new ScriptedTurn().Text("Then alone."));
        await using var boss = await AgentScene.StartAsync(server, model, Team(helper));

        var task = await boss.RunAsync("Ask", request => request.Budget = new() { MaxDepth = 0 });

        Assert.Equal(("Then alone.", 0), (task.Result, task.SubExecutions.Count));
        Assert.StartsWith("Error: Agent 'helper' could not be asked: ", (string)model.Requests[1].Results["s"]!, StringComparison.Ordinal);
        Assert.Contains("max_depth", (string)model.Requests[1].Results["s"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_that_names_nobody_it_knows_says_so()
    {
        await using var boss = await AgentScene.StartAsync(
            server, new ScriptedChatClient(new ScriptedTurn().Text("Never.")), new() { ["graph"] = new JsonArray(new JsonObject { ["item_id"] = "ghost", ["type"] = "agent", ["targets"] = new JsonArray() }) });

        var task = await boss.RunAsync("Ask");

        Assert.Equal(AgentExecutionStatus.Error, task.Status);
        Assert.EndsWith("names 'ghost' as a sub-agent in its graph, and there is no such agent.", task.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agents_that_ask_each_other_for_ever_come_to_an_end()
    {
        var model = new ScriptedChatClient
        {
            Otherwise = request => request.Results.Count == 0 && request.Tools.FirstOrDefault(tool => tool.StartsWith("ask_", StringComparison.Ordinal)) is { } ask
                ? new ScriptedTurn().Call(ask, """{"task":"go on"}""", "n")
                : new ScriptedTurn().Text($"{1 + (request.Results.Count == 0 ? 0 : int.Parse((string)request.Results["n"]!, System.Globalization.CultureInfo.InvariantCulture))}"),
        };
        await using var left = await AgentScene.CreateAsync(server, Named("left"));
        await using var right = await AgentScene.CreateAsync(server, Team(left));
        await server.Api.SendAsync(HttpMethod.Patch, $"/v1/agents/{left.Configuration.AgentId}", new JsonObject { ["graph"] = Graph(right) });
        await server.Api.SendAsync(HttpMethod.Put, $"/v1/agents/{left.Configuration.AgentId}");
        left.Work(model);
        right.Work(model);

        var task = await left.RunAsync("Begin");

        Assert.Equal((AgentExecutionStatus.Completed, "11"), (task.Status, task.Result));
    }

    private static JsonObject Named(string name) => new() { ["name"] = name };

    private static JsonObject Team(params AgentScene[] members) => new() { ["graph"] = Graph(members) };

    private static JsonArray Graph(params AgentScene[] members) =>
        new([.. members.Select(member => new JsonObject { ["item_id"] = member.Configuration.AgentId, ["type"] = "agent", ["targets"] = new JsonArray() })]);

    private static async Task<AgentTask> ChildAsync(AgentTask parent, AgentScene of)
    {
        var children = await Task.WhenAll(parent.SubExecutions.Select(id => AgentTask.LoadAsync(id, of.Configuration, Ct)));
        return children.Single(child => child.AgentId == of.Configuration.AgentId);
    }
}
