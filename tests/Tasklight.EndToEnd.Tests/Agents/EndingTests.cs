using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Runs that others end, or that wait for others: stops, logins.</summary>
public sealed class EndingTests(SharedServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_cancels_the_tool_that_runs()
    {
        var (began, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        var tools = FunctionTools.Of("wait", "Waits.", async (CancellationToken ct) =>
        {
            await using var registration = ct.Register(cancelled.SetResult);
            began.SetResult();
            await Until.CancelledAsync(ct);
            return "";
        });
        await using var scene = await AgentScene.StartAsync(server, new ScriptedChatClient(new ScriptedTurn().Call("wait")), tools: tools);
        var task = await scene.CreateTaskAsync("Wait");
        await began.Task.InTime();

        await task.StopAsync(Ct);

        await cancelled.Task.InTime();
        Assert.Equal(AgentExecutionStatus.Stopped, (await AgentScene.EndAsync(task)).Status);
    }

    [Fact]
    public async Task A_turn_after_a_stop_goes_on_with_what_was_not_done_marked_so()
    {
        var began = new TaskCompletionSource();
        var tools = FunctionTools.Of("wait", "Waits.", async (CancellationToken ct) =>
        {
            began.SetResult();
            await Until.CancelledAsync(ct);
            return "";
        });
        var model = new ScriptedChatClient(new ScriptedTurn().Call("wait", id: "w"), new ScriptedTurn().Text("Gladly."));
        await using var scene = await AgentScene.StartAsync(server, model, tools: tools);
        var task = await scene.CreateTaskAsync("Wait");
        await began.Task.InTime();
        await task.StopAsync(Ct);

        var next = await scene.RunAsync("Never mind", request => request.Id = task.Id);

        Assert.Equal("Gladly.", next.Result);
        Assert.Contains("was not made", (string)model.Requests[1].Results["w"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_login_pauses_the_task_and_the_call_is_made_after_it()
    {
        var isLoggedIn = false;
        var tools = FunctionTools.Of("mail", "Reads mail.", () => isLoggedIn
            ? ToolOutcome.Text("One mail.")
            : new LoginRequired(new() { Type = MCPOAuthResponseType.LoginRequired, Data = new() { Url = "https://login.example", ServerName = "mail" } }));
        var model = new ScriptedChatClient(new ScriptedTurn().Call("mail", id: "m"), new ScriptedTurn().Text("You have one mail."));
        await using var scene = await AgentScene.StartAsync(server, model, tools: tools);

        var task = await scene.PausedAsync(await scene.CreateTaskAsync("Read my mail"));
        Assert.Equal(("mail", "https://login.example"), (task.PendingEcaRequest!.ConnectorName, task.PendingEcaRequest.AuthUrl));
        isLoggedIn = true;
        await scene.Api.PatchTaskAsync(task.Id, new JsonObject { ["status"] = "pending", ["pending_eca_request"] = null });
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal("You have one mail.", events[^1].AsTask()!.Result);
        Assert.Equal("One mail.", model.Requests[1].Results["m"]);
        Assert.Contains(events, update => update.AsAuthEvent()?.Data.Url == "https://login.example");
    }
}
