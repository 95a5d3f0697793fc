using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Sessions stay within the model's window.</summary>
public sealed class CompactionTests(SharedServer server)
{
    private const int Window = 4_000;

    private static int Turns => Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1" ? 500 : 60;

    [Fact]
    public async Task A_session_near_the_limit_is_summarised_and_goes_on()
    {
        var calls = 0;
        var model = new ScriptedChatClient
        {
            Otherwise = request => IsSummary(request)
                ? new ScriptedTurn().Text("Looked at some pages.").Usage(50, 5)
                : calls < 12 ? new ScriptedTurn().Call("page", $$"""{"number":{{calls++}}}""") : new ScriptedTurn().Text("All pages read."),
        };
        await using var scene = await AgentScene.StartAsync(server, model, WithWindow(), FunctionTools.Of("page", "A page.", (int number) => new string((char)('a' + number), 2_000)));

        var task = await scene.CreateTaskAsync("Read twelve pages");
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal("All pages read.", events[^1].AsTask()!.Result);
        Assert.All(model.Requests.Where(request => !IsSummary(request)), request => Assert.InRange(Tokens(request), 1, Window));
        var told = events.Select(update => update.AsCompactization()).OfType<TaskCompactizationEvent>().ToList();
        Assert.Equal(
            [TaskCompactizationTypes.CompactionStarted, TaskCompactizationTypes.CompactionProgress, TaskCompactizationTypes.Summarization],
            told.Select(update => update.Type).Distinct(StringComparer.Ordinal));
        Assert.Equal("auto", told[0].Data.GetProperty("trigger").GetString());
        Assert.Equal(("Read twelve pages", "Looked at some pages."), (Text(told[^1], "new_task_prompt"), Text(told[^1], "task_context")));
        Assert.Contains("Read twelve pages", model.Requests[^1].Messages[1].Text, StringComparison.Ordinal);
        Assert.Equal(["page"], events[^1].AsTask()!.UsedTools);
        await ToldHowFullAsync(scene, task, events);
    }

    [Fact]
    public async Task A_request_that_the_provider_refuses_as_too_long_is_summarised_at_once()
    {
        var refused = false;
        var model = new ScriptedChatClient(new ScriptedTurn().Text("Hello, Dana."))
        {
            Otherwise = request =>
            {
                if (IsSummary(request))
                {
                    return new ScriptedTurn().Text("The user is Dana.");
                }

                if (!refused)
                {
                    refused = true;
                    return new ScriptedTurn().Fails(new ModelException(ModelFailure.ContextTooLong, "Too long."));
                }

                return new ScriptedTurn().Text("Dana.");
            },
        };
        await using var scene = await AgentScene.StartAsync(server, model);
        var first = await scene.RunAsync("I am Dana");

        var task = await scene.CreateTaskAsync("Who am I?", request => request.Id = first.Id);
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal("Dana.", events[^1].AsTask()!.Result);
        Assert.Contains(events, update => update.AsCompactization()?.Type == TaskCompactizationTypes.EmergencyCompaction);
    }

    [Fact]
    public async Task A_summary_that_is_refused_as_too_long_is_made_in_smaller_pieces()
    {
        var calls = 0;
        var model = new ScriptedChatClient
        {
            Otherwise = request => (IsSummary(request), request.LastText.Length) switch
            {
                // The provider counts twice as many tokens as are estimated.
                (true, > Window * 2) => new ScriptedTurn().Fails(new ModelException(ModelFailure.ContextTooLong, "Too long.")),
                (true, _) => new ScriptedTurn().Text("Looked at some pages."),
                _ => calls < 6 ? new ScriptedTurn().Call("page", $$"""{"number":{{calls++}}}""") : new ScriptedTurn().Text("All pages read."),
            },
        };
        await using var scene = await AgentScene.StartAsync(server, model, WithWindow(), FunctionTools.Of("page", "A page.", (int number) => new string((char)('a' + number), 2_400)));

        var events = await AgentScene.EventsAsync(await scene.CreateTaskAsync("Read six pages"));

        Assert.Equal("All pages read.", events[^1].AsTask()!.Result);
        var told = events.Select(update => update.AsCompactization()).OfType<TaskCompactizationEvent>().ToList();
        Assert.Equal(
            [TaskCompactizationTypes.CompactionStarted, TaskCompactizationTypes.CompactionError, TaskCompactizationTypes.CompactionStarted, TaskCompactizationTypes.CompactionProgress],
            told.Take(4).Select(update => update.Type));
        Assert.Equal((1, 2), (told[0].Data.GetProperty("attempt").GetInt32(), told[3].Data.GetProperty("attempt").GetInt32()));
        var summary = told.First(update => update.Type == TaskCompactizationTypes.Summarization);
        Assert.Equal(("chunked-reactive", "Looked at some pages."), (Text(summary, "mode"), Text(summary, "task_context")));
    }

    [Fact]
    public async Task A_model_may_have_its_session_summarised()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("compact_session", """{"focus":"the numbers"}"""),
            new ScriptedTurn().Text("17 and 4."),
            new ScriptedTurn().Text("21"));
        await using var scene = await AgentScene.StartAsync(server, model);

        var events = await AgentScene.EventsAsync(await scene.CreateTaskAsync("Add 17 and 4"));

        Assert.Equal("21", events[^1].AsTask()!.Result);
        Assert.Contains("the numbers", model.Requests[1].LastText, StringComparison.Ordinal);
        Assert.Contains("17 and 4.", model.Requests[2].LastText, StringComparison.Ordinal);
        Assert.Contains(events, update => update.AsCompactization()?.Type == TaskCompactizationTypes.ManualCompaction);
    }

    [Fact]
    public async Task A_parked_output_is_still_read_behind_a_summary()
    {
        var (id, text) = ("", string.Concat(Enumerable.Range(0, 5_000).Select(n => $"line {n}\n")));
        var model = new ScriptedChatClient
        {
            Otherwise = request =>
            {
                if (IsSummary(request))
                {
                    // The transcript says under which id it is parked.
                    id = request.LastText.Split("RESULT (id ")[1].Split(')')[0];
                    return new ScriptedTurn().Text($"The dump is parked under id {id}.");
                }

                return (id, request.Results.Count) switch
                {
                    ("", 0) => new ScriptedTurn().Call("dump"),
                    ("", _) => new ScriptedTurn().Call("compact_session"),
                    (_, 0) => new ScriptedTurn().Call("read_tool_output", $$"""{"id":{{id}},"search":"line 4321"}""", "read"),
                    _ => new ScriptedTurn().Text((string)request.Results.Values.Last()!),
                };
            },
        };
        await using var scene = await AgentScene.StartAsync(server, model, tools: FunctionTools.Of("dump", "Dumps.", () => text));

        Assert.Contains("line 4321\nline 4322", (await scene.RunAsync("Find line 4321")).Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_session_is_summarised_before_its_plan_is_taken_up_again()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("xpcreate_agent_plan", """{"tasks":[{"title":"read"}]}"""),
            new ScriptedTurn().Call("xpstart_execution_plan").Call("page", """{"number":1}""").Call("page", """{"number":2}"""),
            new ScriptedTurn().Text("Read enough."),
            new ScriptedTurn().Text("Two pages were read.").Usage(500, 50),
            new ScriptedTurn().Call("xpget_agent_plan", id: "plan"))
        {
            Otherwise = request => request.Results is var results && results.Count == 1
                ? new ScriptedTurn().Call("xpcomplete_agent_plan_items", $$"""{"ids":["{{JsonNode.Parse((string)results.Single().Value!)!["tasks"]![0]!["id"]}}"]}""")
                : new ScriptedTurn().Text("Now all is read."),
        };
        var agent = WithWindow();
        (agent["deep_planning"], agent["enforce_deep_planning"]) = (true, true);
        await using var scene = await AgentScene.StartAsync(server, model, agent, FunctionTools.Of("page", "A page.", (int number) => new string((char)('a' + number), 2_400)));

        var events = await AgentScene.EventsAsync(await scene.CreateTaskAsync("Read"));

        var ended = events[^1].AsTask()!;
        Assert.Equal((AgentExecutionStatus.Completed, "Now all is read.", 2), (ended.Status, ended.Result, ended.ExecutionAttempts));
        Assert.Contains(events, update => update.AsCompactization()?.Type == TaskCompactizationTypes.PreRetryCompaction);
        Assert.Equal("""{"is_retry":true}""", Assert.Single(events, update => update.AsCompactization()?.Type == TaskCompactizationTypes.Retry).AsCompactization()!.Data.GetRawText());
        Assert.Contains("Two pages were read.", model.Requests[4].Messages[1].Text, StringComparison.Ordinal);
        Assert.Contains("Continue with: read", model.Requests[4].LastText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_that_cannot_be_made_costs_no_task()
    {
        var calls = 0;
        var model = new ScriptedChatClient
        {
            Otherwise = request => IsSummary(request)
                ? new ScriptedTurn().Fails(new ModelException(ModelFailure.Unavailable, "Down."))
                : calls < 8 ? new ScriptedTurn().Call("page", $$"""{"number":{{calls++}}}""") : new ScriptedTurn().Text("Read."),
        };
        await using var scene = await AgentScene.StartAsync(server, model, WithWindow(), FunctionTools.Of("page", "A page.", (int number) => new string((char)('a' + number), 2_000)));

        var events = await AgentScene.EventsAsync(await scene.CreateTaskAsync("Read"));

        Assert.Equal("Read.", events[^1].AsTask()!.Result);
        Assert.Contains(events, update => update.AsCompactization() is { Type: TaskCompactizationTypes.CompactionError } told && told.Data.GetProperty("error").GetString() == "Down.");
    }

    [Fact]
    public async Task A_request_longer_than_the_window_fails_and_says_so()
    {
        var model = new ScriptedChatClient();
        await using var scene = await AgentScene.StartAsync(server, model, WithWindow());

        var task = await scene.RunAsync(new string('x', 5 * Window));

        Assert.Equal(AgentExecutionStatus.Failed, task.Status);
        Assert.Contains("context_window", task.Result, StringComparison.Ordinal);
        Assert.Empty(model.Requests);
    }

    [Fact]
    public async Task A_thread_of_many_turns_stays_within_the_window()
    {
        var model = new ScriptedChatClient
        {
            Otherwise = request => IsSummary(request) ? new ScriptedTurn().Text("Counted so far.") : new ScriptedTurn().Text($"After {request.LastText}: {new string('y', 400)}"),
        };
        await using var scene = await AgentScene.StartAsync(server, model, WithWindow());
        var task = await scene.RunAsync("turn 0");

        for (var turn = 1; turn < Turns; turn++)
        {
            task = await scene.RunAsync($"turn {turn}", request => request.Id = task.Id);
            Assert.StartsWith($"After turn {turn}", task.Result, StringComparison.Ordinal);
        }

        Assert.All(model.Requests, request => Assert.InRange(Tokens(request), 1, Window));
        Assert.Contains(model.Requests, IsSummary);
    }

    // In the log for those who ask, never on the SDK's stream.
    private static async Task ToldHowFullAsync(AgentScene scene, AgentTask task, IReadOnlyList<TaskUpdateEvent> events)
    {
        Assert.DoesNotContain(events, update => update.Type == TaskEventTypes.ContextStatus);
        var told = (await scene.Api.LogAsync(task.Id)).Where(update => update["type"]!.GetValue<string>() == TaskEventTypes.ContextStatus)
            .Select(update => update["data"].Deserialize(ProtocolJson.Default.ContextStatus)!).ToList();
        Assert.All(told, status => Assert.Equal((Window, (int)(Window * 0.8)), (status.ContextWindow, status.AutoCompactThreshold)));
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.NotEqual(((int)pair.First.Percent, pair.First.Compacting), ((int)pair.Second.Percent, pair.Second.Compacting)));
        var compacting = told.FindIndex(status => status.Compacting);
        Assert.InRange(compacting, 1, told.Count - 2);
        Assert.True(told[compacting].EstimatedTokens >= told[compacting].AutoCompactThreshold && told[compacting + 1].Percent < told[compacting].Percent);
    }

    private static string? Text(TaskCompactizationEvent told, string name) => told.Data.GetProperty(name).GetString();

    private static JsonObject WithWindow() => new() { ["llm_settings"] = new JsonObject { ["context_window"] = Window, ["max_turns"] = 100 } };

    private static bool IsSummary(ScriptedRequest request) => request.Messages[0].Text.StartsWith("You summarise", StringComparison.Ordinal);

    private static int Tokens(ScriptedRequest request) =>
        request.Messages.Sum(message => message.Text.Length + message.Contents.OfType<FunctionResultContent>().Sum(result => ((string)result.Result!).Length)) / 4;
}
