using System.Diagnostics;
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

    private static async Task<IReadOnlyList<TaskUpdateEvent>> FinishAsync(string sample, string prompt)
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var program = SampleProgram.Start(sample, configuration);
        var task = await new Tasks(configuration).CreateAsync(configuration.AgentId!, prompt, eventsStreaming: true, ct: Ct);

        var events = await task.EventsAsync(Ct).ToListAsync(Ct).AsTask().InTime();

        using (Process.Start("kill", ["-TERM", $"{program.Id}"]))
        {
            await program.WaitForExitAsync(Ct);
        }

        Assert.Equal(0, program.ExitCode);
        return events;
    }

    private static (AgentExecutionStatus, string?) End(IReadOnlyList<TaskUpdateEvent> events) => (events[^1].AsTask()!.Status, events[^1].AsTask()!.Result);
}
