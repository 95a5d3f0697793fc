using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Agents.Tests;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>A model works by a plan, is held to it, and asks.</summary>
public sealed class PlanTests(SharedServer server)
{
    private const string Create = """{"tasks":[{"title":"read"},{"title":"write"}]}""";

    [Fact]
    public async Task A_plan_is_told_with_every_change()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Call("xpcreate_agent_plan", Create, "plan").Call("xpask_nobody"), new ScriptedTurn().Call("xpstart_execution_plan"))
        {
            Otherwise = request => Open(request) is { Count: > 0 } open
                ? new ScriptedTurn().Call("xpcomplete_agent_plan_items", $$"""{"ids":["{{open[0]}}"]}""", $"done_{open.Count}")
                : new ScriptedTurn().Text("Done."),
        };
        await using var scene = await AgentScene.StartAsync(server, model, Planning(enforce: true));

        var task = await scene.CreateTaskAsync("Write");
        var events = await AgentScene.EventsAsync(task);

        var ended = events[^1].AsTask()!;
        Assert.Equal((AgentExecutionStatus.Completed, "Done.", 1), (ended.Status, ended.Result, ended.ExecutionAttempts));
        Assert.All(ended.DeepPlanning.Tasks, item => Assert.True(item.Completed));
        Assert.Equal([(false, 0), (true, 0), (true, 1), (true, 2)], events.Select(update => update.AsPlan()).OfType<DeepPlanning>().Select(plan => (plan.Started, plan.Tasks.Count(item => item.Completed))));
        Assert.Empty(ended.UsedTools);
    }

    [Fact]
    public async Task What_others_change_of_the_plan_while_it_is_worked_off_is_kept()
    {
        await using var scene = await AgentScene.CreateAsync(server, Planning(enforce: true));
        var task = await scene.CreateTaskAsync("Write");
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("xpcreate_agent_plan", Create, "plan").Call("xpstart_execution_plan"),
            new ScriptedTurn().Call("xpget_agent_plan").After(_ => AddAsync(scene, task, "print")))
        {
            Otherwise = request => Open(request) is { Count: > 0 } open
                ? new ScriptedTurn().Call("xpcomplete_agent_plan_items", $$"""{"ids":["{{open[0]}}"]}""", $"done_{open.Count}")
                : new ScriptedTurn().Text("Done."),
        };
        scene.Work(model);

        var ended = await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, 1), (ended.Status, ended.ExecutionAttempts));
        Assert.True(ended.DeepPlanning.Started);
        Assert.Equal([("read", true), ("write", true), ("print", true)], ended.DeepPlanning.Tasks.Select(item => (item.Title, item.Completed)));
    }

    [Fact]
    public async Task A_model_is_told_what_makes_no_sense_of_its_plan()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("xpstart_execution_plan", id: "start").Call("xpcomplete_agent_plan_items", """{"ids":["x"]}""", "complete"), new ScriptedTurn().Text("No plan."));
        await using var scene = await AgentScene.StartAsync(server, model, Planning(enforce: false));

        var task = await scene.RunAsync("Write");

        Assert.Equal(("No plan.", 0), (task.Result, task.DeepPlanning.Tasks.Count));
        Assert.Contains("has no items", (string)model.Requests[1].Results["start"]!, StringComparison.Ordinal);
        Assert.Contains("no item with the id x", (string)model.Requests[1].Results["complete"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_enforced_plan_with_open_items_is_taken_up_again()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("xpcreate_agent_plan", Create, "plan"),
            new ScriptedTurn().Call("xpstart_execution_plan").Usage(100, 10),
            new ScriptedTurn().Text("I am done already.").Usage(100, 10))
        {
            Otherwise = request => Open(request) is { Count: > 0 } open
                ? new ScriptedTurn().Call("xpcomplete_agent_plan_items", $$"""{"ids":{{JsonSerializer.Serialize(open)}}}""", "done")
                : new ScriptedTurn().Text("Now I am."),
        };
        await using var scene = await AgentScene.StartAsync(server, model, Planning(enforce: true));

        var task = await scene.RunAsync("Write");

        Assert.Equal((AgentExecutionStatus.Completed, "Now I am.", 2), (task.Status, task.Result, task.ExecutionAttempts));
        Assert.Contains("Continue with: read", model.Requests[3].LastText, StringComparison.Ordinal);
        Assert.Equal((230, 35), (task.Tokens!.PromptTokens, task.Tokens.CompletionTokens));
    }

    [Fact]
    public async Task A_question_pauses_the_task_and_the_next_turn_answers_it_with_the_plan_kept()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("xpcreate_agent_plan", Create, "plan"),
            new ScriptedTurn().Call("xpask_for_information", """{"question":"For whom?"}""", "q"),
            new ScriptedTurn().Text("A letter for Dana."));
        await using var scene = await AgentScene.StartAsync(server, model, Planning(enforce: false));

        var asked = await scene.PausedAsync(await scene.CreateTaskAsync("Write a letter"));
        Assert.Equal(("For whom?", true, null), (asked.Result, asked.DeepPlanning.QuestionRaised, asked.HitlRequest));
        Assert.Equal((20, 10), (asked.Tokens!.PromptTokens, asked.Tokens.CompletionTokens));
        var answered = await scene.RunAsync("For Dana", request => request.Id = asked.Id);

        Assert.Equal((AgentExecutionStatus.Completed, "A letter for Dana."), (answered.Status, answered.Result));
        Assert.Equal(["read", "write"], answered.DeepPlanning.Tasks.Select(item => item.Title));
        Assert.False(answered.DeepPlanning.QuestionRaised);
        Assert.Equal("For Dana", model.Requests[^1].LastText);
        Assert.Equal((10, 5), (answered.Tokens!.PromptTokens, answered.Tokens.CompletionTokens));
        var said = (await answered.GetActivityLogAsync(TestContext.Current.CancellationToken)).Messages.OfType<AgentActivityThreadMessage>();
        Assert.Equal(["Write a letter", "For whom?", "For Dana", "A letter for Dana."], said.Select(message => message.Content.Text));
    }

    // As any client calls a plan tool.
    private static async Task AddAsync(AgentScene scene, AgentTask task, string title)
    {
        var payload = new JsonObject { ["body_params"] = new JsonObject { ["title"] = title } };
        using var answer = await scene.Api.TrySendAsync(
            HttpMethod.Post, $"/agents/{scene.Configuration.AgentId}/operations/xpadd_new_agent_plan_item", payload, (TasklightHeaders.ExecutionId, task.Id));
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static JsonObject Planning(bool enforce) => new() { ["deep_planning"] = true, ["enforce_deep_planning"] = enforce };

    // The ids of open items in the plan that a tool showed last.
    private static List<string> Open(ScriptedRequest request)
    {
        var shown = request.Messages.SelectMany(message => message.Contents.OfType<Microsoft.Extensions.AI.FunctionResultContent>())
            .Select(result => (string)result.Result!).Last(text => text.StartsWith('{'));
        return [.. JsonNode.Parse(shown)!["tasks"]!.AsArray().Where(item => !item!["completed"]!.GetValue<bool>()).Select(item => item!["id"]!.GetValue<string>())];
    }
}
