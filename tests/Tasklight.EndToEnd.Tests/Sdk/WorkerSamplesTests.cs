using Tasklight.Agents.Tests.Models;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The samples about workers, each a process of its own, against the real server.</summary>
public sealed class WorkerSamplesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streaming_handler_shows_each_word_and_ends_with_their_number()
    {
        var events = await FinishAsync("10-streaming-handler/StreamingHandler", "one two three");

        Assert.Equal(["one ", "two ", "three "], events.Select(update => update.AsChunk()).OfType<string>());
        Assert.Equal((AgentExecutionStatus.Completed, """{"words":3}"""), End(events));
    }

    [Fact]
    public async Task Plan_following_works_off_the_plan_in_three_calls()
    {
        var events = await FinishAsync("11-plan-following/PlanFollowing", "go");

        Assert.Equal((AgentExecutionStatus.Completed, "Last done: write the answer, after 2 retries."), End(events));
        Assert.Equal(["compacting before retry 1", "compacting before retry 2"], events.Select(update => update.AsChunk()).OfType<string>());
        Assert.Equal(3, events[^1].AsTask()!.DeepPlanning.Tasks.Count(item => item.Completed));
    }

    [Fact]
    public async Task Sub_tasks_are_the_parents_own_and_add_up()
    {
        var events = await FinishAsync("12-sub-tasks/SubTasks", "one two three");

        Assert.Equal((AgentExecutionStatus.Completed, "11 letters in 3 words"), End(events));
        Assert.Equal(3, events[^1].AsTask()!.FinishedSubExecutions.Count);
        Assert.Equal(3, events.Count(update => update.Type == TaskEventTypes.SubAgentTrigger));
    }

    [Fact]
    public async Task Local_test_runs_its_task_and_ends()
    {
        await using var server = await ServerFixture.StartAsync();
        using var program = SampleProgram.Start("13-local-test/LocalTest", server.Configuration(await server.CreateAgentAsync()));

        var said = await program.StandardOutput.ReadToEndAsync(Ct);
        await program.WaitForExitAsync(Ct);

        Assert.Equal((0, """Completed: {"words":3}"""), (program.ExitCode, said.TrimEnd()));
    }

    [Fact]
    public async Task Worker_boots_counts_and_leaves_in_order()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var program = SampleProgram.Start("09-worker/WordCounter", configuration);
        var tasks = new Tasks(configuration);

        var task = await tasks.CreateAsync(configuration.AgentId!, "one two three", ct: Ct);
        await task.WaitForCompletionAsync(ct: Ct).InTime();
        await program.LeaveAsync();

        Assert.Equal((AgentExecutionStatus.Completed, "3 words", "counted", 4L), (task.Status, task.Result, task.InternalStatus, task.Tokens?.TotalTokens));
        Assert.Equal(["count_words"], task.UsedTools);
        Assert.Equal(["ready", "left"], (await program.StandardOutput.ReadToEndAsync(Ct)).TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Approval_pauses_for_a_person_who_sees_what_is_asked_and_decides()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        const string Sample = "14-approval/Approval";
        using var worker = SampleProgram.Start(Sample, configuration, "worker");
        var tasks = new Tasks(configuration);
        var pay = await PausedAsync("Pay 20");
        var burn = await PausedAsync("Burn the files");

        Assert.Equal(
            new[] { $"{pay.Id}  May I?  Pay 20", $"{burn.Id}  May I?  Burn the files" }.Order(),
            (await SampleProgram.RunAsync(Sample, configuration, "list")).Order());
        var wrong = await Assert.ThrowsAsync<TaskConflictException>(() => tasks.ApproveAsync(pay.Id, new ApprovalDecisionRequest { ActionHash = "another" }, ct: Ct));
        Assert.Equal("approval_mismatch", wrong.Code);
        Assert.Equal(["Pending"], await SampleProgram.RunAsync(Sample, configuration, "approve", pay.Id));
        Assert.Equal(["Stopped"], await SampleProgram.RunAsync(Sample, configuration, "reject", burn.Id, "We need them"));

        await pay.WaitForCompletionAsync(ct: Ct).InTime();
        await burn.ReloadAsync(Ct);
        Assert.Equal((AgentExecutionStatus.Completed, "Done: Pay 20", null), (pay.Status, pay.Result, pay.HitlRequest));
        Assert.Equal((AgentExecutionStatus.Stopped, null), (burn.Status, burn.Result));
        await worker.LeaveAsync();

        async Task<AgentTask> PausedAsync(string prompt)
        {
            var task = await tasks.CreateAsync(configuration.AgentId!, prompt, ct: Ct);
            await Eventually.HoldsAsync(async () => (await task.ReloadAsync(Ct)).Status == AgentExecutionStatus.Paused, "the task asks for approval");
            return task;
        }
    }

    [Fact]
    public async Task Agent_context_brings_the_agents_model_settings_and_the_tasks_message_together()
    {
        await using var model = await StubProvider.StartAsync(StubProvider.SaysAsAnthropic("Two ", "cities."));
        await using var server = await ServerFixture.StartAsync();
        var agent = await new Tasklight.Sdk.Agents(server.Configuration()).CreateAsync(
            new CreateAgentRequest
            {
                Name = "geographer",
                Instructions = new AgentInstructions { General = "Answer in two words.", Role = ["You know maps."] },
                ModelProvider = "anthropic",
                ModelName = "some-model",
                LlmApiBase = model.Address.ToString(),
                LlmCredentials = new LlmCredentials { Name = "ANTHROPIC_API_KEY", Value = "model-key" },
            },
            ct: Ct);
        var configuration = server.Configuration(agent.Id);
        using var worker = SampleProgram.Start("15-agent-context/AgentContext", configuration);
        var request = new CreateTaskRequest { Input = new() { Text = "How many?" }, InstructionsOverride = "Be quick.", EventsStreaming = true };

        var task = await new Tasks(configuration).CreateAsync(agent.Id, request, ct: Ct);
        var events = await task.EventsAsync(Ct).ToListAsync(Ct).AsTask().InTime();
        await worker.LeaveAsync();

        Assert.Equal((AgentExecutionStatus.Completed, "Two cities."), End(events));
        Assert.Equal("Two cities.", string.Concat(events.Select(update => update.AsChunk())));
        Assert.Equal(13, events[^1].AsTask()!.Tokens?.TotalTokens);
        var asked = model.Requests[^1];
        Assert.Equal(("/v1/messages", "Bearer model-key", "some-model"), (asked.Path, asked.Headers["Authorization"], asked.Json.GetProperty("model").GetString()));
        var system = asked.Json.GetProperty("system").GetRawText();
        foreach (var part in (string[])["Answer in two words.", "You know maps.", "Be quick."])
        {
            Assert.Contains(part, system, StringComparison.Ordinal);
        }

        Assert.Contains("How many?", asked.Json.GetProperty("messages").GetRawText(), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<TaskUpdateEvent>> FinishAsync(string sample, string prompt)
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var program = SampleProgram.Start(sample, configuration);
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, prompt, eventsStreaming: true, ct: Ct);

        var events = await task.EventsAsync(Ct).ToListAsync(Ct).AsTask().InTime();

        await program.LeaveAsync();
        return events;
    }

    private static (AgentExecutionStatus, string?) End(IReadOnlyList<TaskUpdateEvent> events) => (events[^1].AsTask()!.Status, events[^1].AsTask()!.Result);
}
