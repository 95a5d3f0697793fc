using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Runs that reach their budget.</summary>
public sealed class RunBudgetTests(SharedServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_budget_that_is_reached_stops_the_task_and_nothing_more_is_called()
    {
        var calls = 0;
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Call("look", $$"""{"at":{{calls}}}""").Usage(100, 20) };
        var agent = new JsonObject { ["budget"] = new JsonObject { ["max_tokens"] = 300 } };
        await using var scene = await AgentScene.StartAsync(server, model, agent, FunctionTools.Of("look", "Looks.", (int at) => Interlocked.Increment(ref calls)));

        var task = await scene.RunAsync("Look for ever");

        Assert.Equal(AgentExecutionStatus.Stopped, task.Status);
        Assert.Equal((3, 2), (model.Requests.Count, calls));
        Assert.Equal((300, 60, 3), ((int)task.Usage!.PromptTokens, (int)task.Usage.CompletionTokens, (int)task.Usage.ToolCalls));
    }

    [Fact]
    public async Task A_budget_that_pauses_lets_the_task_wait_and_go_on_when_it_is_granted()
    {
        var calls = 0;
        var model = new ScriptedChatClient { Otherwise = request => request.Results.Count < 3 ? new ScriptedTurn().Call("look", $$"""{"at":{{request.Results.Count}}}""") : new ScriptedTurn().Text("Seen.") };
        var agent = new JsonObject { ["budget"] = new JsonObject { ["max_tool_calls"] = 2, ["action"] = "pause" } };
        await using var scene = await AgentScene.StartAsync(server, model, agent, FunctionTools.Of("look", "Looks.", (int at) => Interlocked.Increment(ref calls) + at));

        var task = await scene.PausedAsync(await scene.CreateTaskAsync("Look three times"));
        Assert.Equal((2, "budget_reached"), (calls, await scene.Api.WhyAsync(task.Id)));
        await task.ApproveAsync(ct: Ct);
        var ended = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Seen.", 3), (ended.Status, ended.Result, calls));
    }
}
