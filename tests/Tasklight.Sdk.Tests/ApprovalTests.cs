using Tasklight.Protocol;
using Tasklight.Sdk.Tests.Modes;
using Tasklight.Stub;

namespace Tasklight.Sdk.Tests;

public abstract class ApprovalTests(SdkMode mode)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_decision_is_about_the_action_that_the_object_shows(bool approves)
    {
        await using var server = await StubServer.StartAsync(call => StubAnswer.Ok(call.Method == "POST"
            ? StubTask.Json()
            : StubTask.Json(task => (task.Status, task.HitlRequest) = (AgentExecutionStatus.Paused, new() { WaitNodeId = "w", ActionHash = "abc" }))));
        var task = await mode.GetAsync(StubSdk.TasksOf(server), StubTask.Id);

        var after = await mode.DecideAsync(task, approves, new ApprovalDecisionRequest { Reason = "because" });

        var call = await server.NextAsync(call => call.Method == "POST");
        Assert.Equal($"/hitl/task-1/{(approves ? "approve" : "reject")}", call.Path);
        Assert.Equal(("abc", "because"), (call.Json.GetProperty("action_hash").GetString(), call.Json.GetProperty("reason").GetString()));
        Assert.Equal("w", call.Json.GetProperty("wait_node_id").GetString());
        Assert.Same(task, after);
        Assert.Equal((AgentExecutionStatus.Pending, null), (task.Status, task.HitlRequest));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_decision_by_id_fetches_nothing_before(bool approves)
    {
        await using var server = await StubServer.StartAsync(_ => StubAnswer.Ok(StubTask.Json()));

        var after = await mode.DecideAsync(StubTask.Id, StubSdk.ConfigurationOf(server), approves, new ApprovalDecisionRequest { ActionHash = "abc" });

        var call = await server.NextAsync();
        Assert.Equal(("POST", $"/hitl/{StubTask.Id}/{(approves ? "approve" : "reject")}"), (call.Method, call.Path));
        Assert.Equal("abc", call.Json.GetProperty("action_hash").GetString());
        Assert.Equal(StubTask.Id, after.Id);
    }
}
