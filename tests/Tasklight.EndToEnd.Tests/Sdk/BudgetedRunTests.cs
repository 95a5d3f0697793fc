using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Worker;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>Sessions and budgets of a .NET worker, against the real server.</summary>
public sealed class BudgetedRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_reaches_its_budget_is_over_and_its_slot_is_free()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        await using var worker = RunningWorker.Start(OneSlot(configuration).OnTask(async context =>
        {
            await SpendAsync(context.Task);
            return "within its budget";
        }));

        var tasks = new Tasks(configuration);
        var spent = await tasks.CreateAsync(configuration.AgentId!, new CreateTaskRequest { Budget = new TaskBudget { MaxTokens = 10 } }, ct: Ct);
        spent = await spent.WaitForCompletionAsync(ct: Ct).InTime();
        var next = await tasks.CreateAsync(configuration.AgentId!, new CreateTaskRequest { Budget = new TaskBudget { MaxTokens = 11 } }, ct: Ct);
        next = await next.WaitForCompletionAsync(ct: Ct).InTime();

        Assert.Equal((AgentExecutionStatus.Stopped, "max_tokens", 10), (spent.Status, spent.Usage!.Reached, spent.Usage.Tree.PromptTokens));
        Assert.Equal((AgentExecutionStatus.Completed, "within its budget", 10), (next.Status, next.Result, next.Usage!.PromptTokens));
        Assert.Single((await spent.GetSessionAsync(ct: Ct)).Steps);
    }

    [Fact]
    public async Task A_granted_budget_lets_the_run_go_on_behind_its_last_step_over_a_restart()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        await using var worker = RunningWorker.Start(OneSlot(configuration).OnTask(async context =>
        {
            var session = await context.Task.GetSessionAsync(ct: context.Cancelled);
            if (session.Last == 0)
                await SpendAsync(context.Task);
            return $"went on behind step {session.Last}";
        }));

        var task = await new Tasks(configuration).CreateAsync(
            configuration.AgentId!, new CreateTaskRequest { Budget = new TaskBudget { MaxTokens = 10, Action = TaskBudget.ActionPause } }, ct: Ct);
        await Eventually.HoldsAsync(async () => (await task.ReloadAsync(Ct)).Status == AgentExecutionStatus.Paused, "the budget pauses the task");
        Assert.Equal([task.Id], (await new Tasks(configuration).ListAsync(configuration.AgentId!, new TaskFilters { WaitingFor = "approval" }, Ct)).Select(item => item.Id));
        await server.RestartAsync();
        await task.ApproveAsync(ct: Ct);
        task = await task.WaitForCompletionAsync(ct: Ct).InTime();

        Assert.Equal((AgentExecutionStatus.Completed, "went on behind step 1", null), (task.Status, task.Result, task.Usage!.Reached));
    }

    private static AgentWorker OneSlot(Configuration configuration) => new(
        new WorkerOptions { Configuration = configuration, MaxConcurrency = 1, ShutdownGrace = TimeSpan.Zero },
        Microsoft.Extensions.Logging.Abstractions.NullLogger<AgentWorker>.Instance);

    private static Task SpendAsync(AgentTask task) => task.AppendSessionAsync(
        [new SessionStep { Number = 1, Kind = SessionStepKinds.Model, Data = JsonElement.Parse("""{"text": "hi"}""") }],
        new SessionUsage { Model = "openai/gpt-5", PromptTokens = 10 },
        Ct);
}
