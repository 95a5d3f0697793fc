using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Sdk.Tests.Modes;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>What the SDK can do, done to the real server, in every way of calling it.</summary>
public abstract class WholeLifeTests(SdkMode mode)
{
    [Fact]
    public async Task A_task_that_runs_here_lives_from_its_creation_to_its_report()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var (tasks, agent) = (new Tasks(configuration), configuration.AgentId!);
        var request = new CreateTaskRequest
        {
            Input = new() { Text = "Count", User = new() { Id = "dana", Email = "dana@example.com" } },
            RunLocally = true,
            EventsStreaming = true,
        };

        var task = await mode.CreateAsync(tasks, agent, request, key: "once");
        Assert.Equal(task.Id, (await mode.CreateAsync(tasks, agent, request, key: "once")).Id);
        await mode.SetStatusAsync(task, AgentExecutionStatus.Executing);
        task.InternalStatus = "half";
        task.DeepPlanning = new() { Enabled = true, Enforce = true, Started = true, Tasks = [new() { Id = "1", Title = "count" }] };
        await mode.SaveAsync(task, withPlan: true);
        var following = await mode.GetPlanFollowingStatusAsync(task);
        var retry = await mode.ToMessageAsync(task, retryCount: 1);
        task.Tokens = new() { PromptTokens = 2, CompletionTokens = 3 };
        await mode.ReportMetricsAsync(task);
        await mode.SetStatusAsync(task, AgentExecutionStatus.Completed, "three");

        Assert.Equal((false, "count"), (following.CanFinish, following.UncompletedTasks.Single().Title));
        Assert.Contains("Continue with: count (ID: 1)", retry, StringComparison.Ordinal);
        var found = await mode.WaitForCompletionAsync(tasks, task.Id);
        Assert.Equal((AgentExecutionStatus.Completed, "three", "half", 5L), (found.Status, found.Result, found.InternalStatus, found.Tokens?.TotalTokens));
        var events = await mode.EventsAsync(task);
        Assert.Equal(("task_created", "task_finished"), (events[0].Type, events[^1].Type));
        Assert.Contains(events, update => update.AsPlan()?.Tasks.Count == 1);
        var log = await mode.GetActivityLogAsync(task);
        Assert.Equal(["Count", "three"], log.Messages.OfType<AgentActivityThreadMessage>().Select(message => message.Content.Text));
        foreach (var list in new[] { await mode.ListAsync(tasks, agent), await mode.ListUserTasksAsync(tasks, "dana"), await mode.ListAllAsync(tasks, agent, null) })
        {
            Assert.Equal(task.Id, list.Single().Id);
        }
    }

    [Fact]
    public async Task An_agent_is_edited_deployed_and_deleted()
    {
        await using var server = await ServerFixture.StartAsync();
        var agents = new Tasklight.Sdk.Agents(server.Configuration());
        var id = await server.CreateAgentAsync();

        var edited = await mode.UpdateAsync(agents, id, new UpdateAgentRequest { ExpectedOutput = "A haiku." });
        Assert.Equal(("A haiku.", true), (edited.ExpectedOutput, edited.HasPendingChanges));
        Assert.Equal("", (await mode.GetAsync(agents, id)).ExpectedOutput);
        Assert.Equal("A haiku.", (await mode.GetDraftAsync(agents, id)).ExpectedOutput);
        await mode.DeployAsync(agents, id);
        Assert.Equal("A haiku.", (await mode.GetAsync(agents, id)).ExpectedOutput);

        var task = await mode.CreateAsync(new Tasks(server.Configuration()), id, "wait");
        Assert.Equal(WaitReasons.NoWorker, (await mode.WhyAsync(new Tasks(server.Configuration()), task.Id)).Reason);
        await mode.DeleteAsync(agents, id);
        Assert.Empty(await mode.ListAllAsync(agents));
    }

    [Fact]
    public async Task A_history_longer_than_a_page_is_read_to_its_end()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var tasks = new Tasks(configuration);
        for (var number = 0; number < 60; number++)
        {
            await mode.CreateAsync(tasks, configuration.AgentId!, new CreateTaskRequest { Input = new() { Text = "x" }, Title = $"{number}", RunLocally = true });
        }

        var items = await mode.ListAllAsync(tasks, configuration.AgentId, null);

        Assert.Equal(Enumerable.Range(0, 60).Reverse().Select(number => $"{number}"), items.Select(item => item.Title));
    }

    [Fact]
    public async Task An_agent_is_invoked_reported_for_and_described()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync("clerk"));
        var backend = new Backend(configuration);

        var task = await mode.InvokeAgentAsync(backend, "Say hello");
        var same = await mode.InvokeAgentAsync(backend, $$"""{"xpander_task_id": "{{task.Id}}"}""");
        var context = await mode.GetAgentContextAsync(backend, task);
        var report = await mode.ReportExternalTaskAsync(backend, new ReportTaskRequest { Input = "2+2", Result = "4", LlmResponse = JsonElement.Parse("[4]") });
        var stopped = await mode.StopAsync(new Tasks(configuration), task.Id, key: "stop");

        Assert.Equal((task.Id, "sdk", "clerk"), (same.Id, task.Source, context.Agent.Name));
        Assert.True(context.Agent.IsActive);
        Assert.Equal((AgentExecutionStatus.Completed, "4"), (report.Status, report.Result));
        Assert.Equal((AgentExecutionStatus.Stopped, true), (stopped.Status, stopped.IsManuallyStopped));
        Assert.Equal(404, (await Assert.ThrowsAsync<TaskNotFoundException>(() => mode.GetAsync(new Tasks(configuration), "nobody"))).StatusCode);
    }

    [Fact]
    public async Task A_file_uploaded_to_the_server_is_read_and_handed_over_from_its_link()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var links = new[] { await UploadAsync(configuration, "a.csv", "text/csv", "a,b"), await UploadAsync(configuration, "b.pdf", "application/pdf", "%PDF-") };
        var request = new CreateTaskRequest { Input = new() { Text = "Read", Files = links }, RunLocally = true };

        var task = await mode.CreateAsync(new Tasks(configuration), configuration.AgentId!, request);

        Assert.Equal("a,b", (await mode.ReadableFilesAsync(task)).Single().Content);
        var message = await mode.ToChatMessageAsync(task, withData: true);
        Assert.EndsWith("\"content\": \"a,b\"}", message.Text, StringComparison.Ordinal);
        Assert.Equal("%PDF-"u8.ToArray(), message.Contents.OfType<DataContent>().Single().Data.ToArray());
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_with_its_word_and_what_to_do()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        var (tasks, agent) = (new Tasks(configuration), configuration.AgentId!);
        var open = await mode.CreateAsync(tasks, agent, new CreateTaskRequest { Input = new() { Text = "first" }, RunLocally = true });
        await mode.CreateAsync(tasks, agent, new CreateTaskRequest { Input = new() { Text = "one" } }, key: "key");
        var stranger = server.Configuration(agent);
        stranger.ApiKey = "nobody's";

        var (turn, key, field, access) = (
            await FailureAsync(tasks, agent, new CreateTaskRequest { Id = open.Id, Input = new() { Text = "second" } }),
            await FailureAsync(tasks, agent, new CreateTaskRequest { Input = new() { Text = "other" } }, "key"),
            await FailureAsync(tasks, agent, new CreateTaskRequest { Priority = 1000 }),
            await FailureAsync(new Tasks(stranger), agent, new CreateTaskRequest()));

        Assert.Equal(
            [(409, ErrorCodes.TurnOpen), (409, ErrorCodes.IdempotencyConflict), (422, ErrorCodes.ValidationFailed), (403, ErrorCodes.InvalidApiKey)],
            new[] { turn, key, field, access }.Select(failure => (failure.StatusCode, failure.Code)));
        Assert.Contains("Wait until the present turn has ended, or stop it", turn.Description, StringComparison.Ordinal);
        Assert.Contains("Use a new idempotency key", key.Description, StringComparison.Ordinal);
        Assert.Contains("priority", field.Description, StringComparison.Ordinal);
        Assert.Contains("Check the API key", access.Description, StringComparison.Ordinal);
    }

    private static async Task<string> UploadAsync(Configuration configuration, string name, string type, string text) =>
        (await new Files(configuration).UploadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), name, type, TestContext.Current.CancellationToken)).Url;

    private async Task<ModuleException> FailureAsync(Tasks tasks, string agent, CreateTaskRequest request, string? key = null) =>
        await Assert.ThrowsAnyAsync<ModuleException>(() => mode.CreateAsync(tasks, agent, request, key: key));
}
