using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>What an agent's task may use, kept by the server whatever the model wants.</summary>
public sealed class BudgetTests(SharedServer server)
{
    private int _looks;

    [Fact]
    public async Task The_tool_call_that_is_one_too_many_is_not_made()
    {
        await using var scene = await AgentScene.StartAsync(server, Model(), tools: Look());
        var ended = await scene.RunAsync("Look twice", request => request.Budget = new TaskBudget { MaxToolCalls = 1 });

        Assert.Equal((AgentExecutionStatus.Stopped, "max_tool_calls", 1), (ended.Status, ended.Usage!.Reached, _looks));
        Assert.Equal("budget_reached", await scene.Api.WhyAsync(ended.Id));
    }

    [Fact]
    public async Task A_granted_budget_makes_the_call_that_waited_for_it()
    {
        await using var scene = await AgentScene.StartAsync(server, Model(), tools: Look());
        var task = await scene.PausedAsync(await scene.CreateTaskAsync("Look twice", request => request.Budget = new TaskBudget { MaxToolCalls = 1, Action = TaskBudget.ActionPause }));
        Assert.Equal((1, "budget", "budget_reached"), (_looks, task.HitlRequest!.WaitNodeId, await scene.Api.WhyAsync(task.Id)));

        await task.ApproveAsync(ct: TestContext.Current.CancellationToken);
        var ended = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Seen.", 2, 2L), (ended.Status, ended.Result, _looks, ended.Usage!.ToolCalls));
    }

    [Fact]
    public async Task A_budget_of_tokens_in_the_agents_definition_stops_the_task_and_nothing_more_is_called()
    {
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Call("look", "{}").Usage(100, 20) };
        var agent = new JsonObject { ["budget"] = new JsonObject { ["max_tokens"] = 300 } };
        await using var scene = await AgentScene.StartAsync(server, model, agent, Look());

        var ended = await scene.RunAsync("Look for ever");

        Assert.Equal((AgentExecutionStatus.Stopped, 3, 2), (ended.Status, model.Requests.Count, _looks));
        Assert.Equal((300L, 60L, 3L), (ended.Usage!.PromptTokens, ended.Usage.CompletionTokens, ended.Usage.ToolCalls));
    }

    private static ScriptedChatClient Model() => new(
        new ScriptedTurn().Call("look", "{}", "look_1"), new ScriptedTurn().Call("look", "{}", "look_2"), new ScriptedTurn().Text("Seen."));

    private FunctionTools Look() => FunctionTools.Of("look", "Looks.", () => $"seen {Interlocked.Increment(ref _looks)}");
}
