using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Tests;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>A model answers tasks: prompts, chunks, threads, forms of answers.</summary>
public sealed class AnswerTests(SharedServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_models_answer_is_streamed_and_becomes_the_result()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text("Hel", "lo").Usage(120, 7, cached: 20));
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.CreateTaskAsync("Greet me", request =>
        {
            request.AdditionalContext = "It is Friday.";
            request.InstructionsOverride = "Be short.";
            request.ExpectedOutput = "A greeting.";
            request.Input = request.Input with { User = new() { Email = "dana@example.com", FirstName = "Dana" } };
        });
        var events = await AgentScene.EventsAsync(task);

        var ended = events[^1].AsTask()!;
        Assert.Equal((AgentExecutionStatus.Completed, "Hello"), (ended.Status, ended.Result));
        Assert.Equal("Hello", string.Concat(events.Select(update => update.AsChunk())));
        Assert.Equal((120, 7), (ended.Tokens!.PromptTokens, ended.Tokens.CompletionTokens));
        var asked = Assert.Single(model.Requests);
        var system = asked.Messages[0].Text;
        Assert.All(["You are a clerk.", "It is Friday.", "Be short.", "A greeting.", "Dana", "Plain text"], part => Assert.Contains(part, system, StringComparison.Ordinal));
        Assert.Equal((ChatRole.User, "Greet me"), (asked.Messages[1].Role, asked.LastText));
    }

    [Fact]
    public async Task A_follow_up_continues_the_session()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text("Nice to meet you, Dana."), new ScriptedTurn().Text("Dana."));
        await using var scene = await AgentScene.StartAsync(server, model);
        var first = await scene.RunAsync("I am Dana.");

        var second = await scene.RunAsync("Who am I?", request => request.Id = first.Id);

        Assert.Equal(("Dana.", first.Id), (second.Result, second.Id));
        Assert.Equal(["I am Dana.", "Nice to meet you, Dana.", "Who am I?"], model.Requests[1].Messages.Skip(1).Select(message => message.Text));
    }

    [Fact]
    public async Task An_agent_without_a_model_ends_in_error_with_the_settings_name()
    {
        await using var scene = await AgentScene.StartAsync(server, new ScriptedChatClient(), new JsonObject { ["model_provider"] = "openai", ["model_name"] = "" });

        var task = await scene.RunAsync("Hello");

        Assert.Equal(AgentExecutionStatus.Error, task.Status);
        Assert.Contains("model_name", task.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_json_answer_is_repaired_twice_at_most()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Text("{\"total\":\"many\"}"),
            new ScriptedTurn().Text("Sorry! {\"total\":1"),
            new ScriptedTurn().Text("```json\n{\"total\":3}\n```"));
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.RunAsync("Count", WantsTotal);

        Assert.Equal((AgentExecutionStatus.Completed, """{"total":3}"""), (task.Status, task.Result));
        Assert.Contains("/total", model.Requests[1].LastText, StringComparison.Ordinal);
        Assert.Contains("not JSON", model.Requests[2].LastText, StringComparison.Ordinal);
        Assert.IsType<ChatResponseFormatJson>(model.Requests[0].Options!.ResponseFormat);
    }

    [Fact]
    public async Task A_json_answer_that_stays_wrong_fails_with_its_violations()
    {
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Text("""{"total":"many"}""") };
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.RunAsync("Count", WantsTotal);

        Assert.Equal(AgentExecutionStatus.Failed, task.Status);
        Assert.Contains("/total", task.Result, StringComparison.Ordinal);
        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task A_schema_asks_for_json_unless_the_task_names_another_form()
    {
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Text("""{"total":3}""") };
        await using var scene = await AgentScene.StartAsync(server, model, new() { ["output_schema"] = System.Text.Json.Nodes.JsonNode.Parse("""{"required":["sum"]}""") });

        var judged = await scene.RunAsync("Count", request => request.OutputFormat = null);
        var free = await scene.RunAsync("Count");

        Assert.Equal((AgentExecutionStatus.Failed, OutputFormat.Json), (judged.Status, judged.OutputFormat));
        Assert.Contains("sum", judged.Result, StringComparison.Ordinal);
        Assert.Equal((AgentExecutionStatus.Completed, OutputFormat.Text), (free.Status, free.OutputFormat));
    }

    [Fact]
    public async Task What_a_model_says_between_its_calls_is_a_paragraph_of_its_own()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text("I look ", "it up.").Call("look"), new ScriptedTurn().Call("look"), new ScriptedTurn().Text("It is ", "noon."));
        await using var scene = await AgentScene.StartAsync(server, model, tools: Tasklight.Agents.Tools.FunctionTools.Of("look", "Looks.", () => "noon"));

        var events = await AgentScene.EventsAsync(await scene.CreateTaskAsync("What time is it?"));

        Assert.Equal("I look it up.\n\nIt is noon.", string.Concat(events.Select(update => update.AsChunk())));
        Assert.Equal("It is noon.", events[^1].AsTask()!.Result);
    }

    [Fact]
    public async Task An_empty_answer_is_sent_back_before_it_fails()
    {
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn() };
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.RunAsync("Hello");

        Assert.Equal((AgentExecutionStatus.Failed, "The model gave an empty answer."), (task.Status, task.Result));
        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_for_ever()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text([.. Enumerable.Repeat(new string('x', 1_000_000), 20)]));
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.RunAsync("Hello", request => request.EventsStreaming = true);

        Assert.Equal(AgentExecutionStatus.Error, task.Status);
        Assert.Contains("longer than", task.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        var cut = new ModelException(ModelFailure.BrokenAnswer, "The answer ended in its middle.");
        var model = new ScriptedChatClient(new ScriptedTurn().Text("Hel").Fails(cut), new ScriptedTurn().Text("Hello"));
        await using var scene = await AgentScene.StartAsync(server, model);

        Assert.Equal("Hello", (await scene.RunAsync("Greet me")).Result);
    }

    [Fact]
    public async Task Voice_is_answered_in_text_and_says_what_is_missing()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Text("Good morning."));
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.RunAsync("Greet me", request =>
        {
            request.OutputFormat = OutputFormat.Voice;
            request.VoiceId = "alloy";
        });

        Assert.Equal((AgentExecutionStatus.Completed, "Good morning.", "alloy"), (task.Status, task.Result, task.VoiceId));
        Assert.Contains("no speech provider", task.InternalStatus, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Harder_thinking_offers_think_and_analyze_and_tells_them()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Reasoning("Let me ", "see.").Call("think", """{"title":"First","thought":"Add them."}"""),
            new ScriptedTurn().Call("analyze", """{"title":"Check","analysis":"It adds up.","confidence":0.5}"""),
            new ScriptedTurn().Text("4"));
        await using var scene = await AgentScene.StartAsync(server, model);

        var task = await scene.CreateTaskAsync("2+2", request => request.ThinkMode = ThinkMode.Harder);
        await AgentScene.EndAsync(task);

        var log = await task.GetActivityLogAsync(Ct);
        Assert.Equal(
            [("Reasoning", "Let me see.", 1.0), ("First", "Add them.", 1.0), ("Check", null, 0.5)],
            log.Messages.OfType<AgentActivityThreadReasoning>().Select(step => (step.Title, step.Thought, step.Confidence)));
        Assert.Empty(log.Messages.OfType<AgentActivityThreadToolCall>());
    }

    [Fact]
    public async Task A_task_may_name_its_own_model_and_effort_and_harder_thinking_is_a_step_more()
    {
        var model = new ScriptedChatClient { Otherwise = _ => new ScriptedTurn().Text("Yes.") };
        await using var scene = await AgentScene.StartAsync(server, model, new() { ["llm_reasoning_effort"] = "low" });

        await scene.RunAsync("As the agent does");
        await scene.RunAsync("As the task says", request => (request.LlmModelProvider, request.LlmModelName, request.LlmReasoningEffort) = ("anthropic", "claude-sonnet-4-5", "high"));
        await scene.RunAsync("Harder", request => request.ThinkMode = ThinkMode.Harder);

        Assert.Equal(
            [("openai/gpt-4o", "low"), ("anthropic/claude-sonnet-4-5", "high"), ("openai/gpt-4o", "medium")],
            scene.Choices.Select(choice => (choice.Id, choice.Effort)));
    }

    private static void WantsTotal(CreateTaskRequest request)
    {
        request.OutputFormat = OutputFormat.Json;
        request.OutputSchema = System.Text.Json.JsonElement.Parse("""{"type":"object","required":["total"],"properties":{"total":{"type":"integer"}}}""");
    }
}
