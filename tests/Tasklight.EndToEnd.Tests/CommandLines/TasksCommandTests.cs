using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.CommandLines;

/// <summary><c>tasklight tasks</c> against the real server.</summary>
public sealed class TasksCommandTests(SharedServer server)
{
    [Fact]
    public async Task A_task_is_created_watched_listed_and_shown()
    {
        var agent = await server.Api.CreateAgentAsync();
        await using var worker = RunningWorker.Start(Configuration(agent), async context =>
        {
            await context.ChunkAsync("Hello ");
            await context.ToolCallAsync("look", new { where = "here" }, () => Task.FromResult("seen"));
            await context.ChunkAsync("there");
            return "Hello there";
        });

        var run = await CommandRun.OfAsync(server, "tasks", "create", agent, "Greet me", "--title", "Greeting", "--watch");

        Assert.Equal((0, "Hello there\n"), (run.Code, run.Text));
        Assert.Contains("→ look {\"where\":\"here\"}", run.Errors, StringComparison.Ordinal);
        Assert.Contains("completed", run.Errors, StringComparison.Ordinal);
        var id = run.Errors.Split('\n')[0];
        Assert.Contains("Greeting", (await CommandRun.OfAsync(server, "tasks", "list", "--agent", agent)).Text, StringComparison.Ordinal);
        Assert.Equal(id, (await CommandRun.OfAsync(server, "tasks", "list", "--agent", agent, "--status", "completed", "--json")).Json[0]!["id"]!.GetValue<string>());
        Assert.Equal($"{id} completed Greeting\nHello there\n", (await CommandRun.OfAsync(server, "tasks", "get", id)).Text);
        var events = (await CommandRun.OfAsync(server, "tasks", "watch", id, "--json")).Text.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!["type"]!.GetValue<string>()).ToList();
        Assert.Equal(("task_created", "task_finished"), (events[0], events[^1]));
    }

    [Fact]
    public async Task A_task_for_a_user_that_waits_for_their_login_shows_the_page_in_one_piece()
    {
        var page = $"https://login.example/authorize?state={new string('a', 300)}";
        var agent = await server.Api.CreateAgentAsync();
        var id = (await CommandRun.OfAsync(server, "tasks", "create", agent, "Read my mail", "--user", "ann@example.org", "--json")).Json["id"]!.GetValue<string>();
        await server.Api.PatchTaskAsync(id, new JsonObject { ["status"] = "paused", ["pending_eca_request"] = new JsonObject { ["connector_name"] = "mail", ["auth_url"] = page } });

        var shown = await CommandRun.OfAsync(server, "tasks", "get", id);

        Assert.Contains($"Waits for a login to mail:\n{page}\n", shown.Text, StringComparison.Ordinal);
        Assert.Contains("The end user 'ann@example.org' has to log in to 'mail'.", (await CommandRun.OfAsync(server, "tasks", "why", id)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_waiting_task_says_why_and_a_stopped_one_ends_the_watch_with_3()
    {
        var agent = await server.Api.CreateAgentAsync();
        var id = (await CommandRun.OfAsync(server, "tasks", "create", agent, "Wait", "--json")).Json["id"]!.GetValue<string>();

        var why = await CommandRun.OfAsync(server, "tasks", "why", id);
        Assert.StartsWith("no_worker, since ", why.Text, StringComparison.Ordinal);
        Assert.Contains("What would help: ", why.Text, StringComparison.Ordinal);
        Assert.Equal("no_worker", (await CommandRun.OfAsync(server, "tasks", "why", id, "--json")).Json["reason"]!.GetValue<string>());
        Assert.Equal($"{id} stopped\n", (await CommandRun.OfAsync(server, "tasks", "stop", id)).Text);
        var watched = await CommandRun.OfAsync(server, "tasks", "watch", id);
        Assert.Equal(3, watched.Code);
        Assert.Equal("stopped\nStopped by bootstrap\n", watched.Errors);
    }

    [Fact]
    public async Task A_file_from_disk_is_uploaded_and_what_failed_or_is_noted_is_told()
    {
        var agent = await server.Api.CreateAgentAsync();
        await using var worker = RunningWorker.Start(Configuration(agent), async context =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => context.ToolCallAsync<string>("look", new { }, () => throw new InvalidOperationException("It is dark.")));
            context.Task.Result = (await context.Task.GetHumanReadableFilesAsync(context.Cancelled)).Single().Content;
            context.Task.InternalStatus = "without a lamp";
            return context.Task;
        });
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.txt");
        await File.WriteAllTextAsync(path, "A lamp.");

        var run = await CommandRun.OfAsync(server, "tasks", "create", agent, "Read it", "--file", path, "--watch");
        var missing = await CommandRun.OfAsync(server, "tasks", "create", agent, "Read it", "--file", path + ".none");

        File.Delete(path);
        Assert.Equal((0, "A lamp.\n"), (run.Code, run.Text));
        Assert.Contains("failed look: ", run.Errors, StringComparison.Ordinal);
        Assert.Contains("It is dark.", run.Errors, StringComparison.Ordinal);
        Assert.EndsWith("without a lamp\n", run.Errors, StringComparison.Ordinal);
        Assert.Equal(2, missing.Code);
        Assert.StartsWith("--file: Could not find file", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_is_shown_behind_what_was_streamed()
    {
        var agent = await server.Api.CreateAgentAsync(new() { ["deep_planning"] = true });
        await using var worker = RunningWorker.Start(Configuration(agent), async context =>
        {
            await context.ChunkAsync("I must ask.");
            context.Task.DeepPlanning = context.Task.DeepPlanning with { QuestionRaised = true };
            (context.Task.Status, context.Task.Result) = (Tasklight.Protocol.AgentExecutionStatus.Paused, "For whom?");
            return context.Task;
        });

        var asks = await CommandRun.OfAsync(server, "tasks", "create", agent, "Write a letter", "--watch");

        Assert.Equal((4, "I must ask.\nFor whom?\n"), (asks.Code, asks.Text));
        Assert.Contains($"answer with: tasklight tasks create {agent} --id ", asks.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_waits_for_a_person_is_approved_with_the_hash_that_is_shown()
    {
        var agent = await server.Api.CreateAgentAsync();
        await using var worker = RunningWorker.Start(Configuration(agent), async context =>
        {
            var decided = (await context.Task.GetSessionAsync(all: true)).Steps.Any(step => step.Kind == "approval");
            if (decided)
            {
                context.Task.Result = "refunded";
                return context.Task;
            }

            return await context.Task.RequestApprovalAsync(new() { TaskId = context.Task.Id, WaitNodeId = "call-1", ToolName = "refund", Arguments = System.Text.Json.JsonSerializer.SerializeToElement(new { amount = 5 }) });
        });

        var waits = await CommandRun.OfAsync(server, "tasks", "create", agent, "Refund me", "--watch");
        Assert.Equal(4, waits.Code);
        Assert.Contains("Waits for a decision about refund {\"amount\":5}", waits.Errors, StringComparison.Ordinal);
        var approve = Assert.Single(waits.Errors.Split('\n'), line => line.StartsWith("tasklight tasks approve ", StringComparison.Ordinal)).Split(' ')[1..];

        var other = await CommandRun.OfAsync(server, [.. approve[..^1], new string('0', 64)]);
        Assert.Equal(1, other.Code);
        Assert.NotEqual("", other.Errors);
        Assert.Equal(0, (await CommandRun.OfAsync(server, approve)).Code);
        var ended = await CommandRun.OfAsync(server, "tasks", "watch", approve[2]);
        Assert.Equal((0, "refunded\n"), (ended.Code, ended.Text));
        Assert.StartsWith("completed", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decision_about_no_tool_is_shown_in_the_words_of_who_asks()
    {
        var agent = await server.Api.CreateAgentAsync();
        await using var worker = RunningWorker.Start(Configuration(agent), async context =>
            await context.Task.RequestApprovalAsync(new() { TaskId = context.Task.Id, WaitNodeId = "node-1", Title = "Send it?", Description = "A letter of three pages." }));

        var waits = await CommandRun.OfAsync(server, "tasks", "create", agent, "Write", "--watch");

        Assert.Equal(4, waits.Code);
        Assert.Contains("Waits for a decision: Send it?\nA letter of three pages.\ntasklight tasks approve ", waits.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Unrecognized command or argument", "tasks", "frobnicate")]
    [InlineData(2, "Required argument 'TASK' missing", "tasks", "get")]
    [InlineData(2, "--status: 'sleepy' is not one of", "tasks", "list", "--status", "sleepy")]
    [InlineData(2, "--limit is a whole number of at least 1.", "tasks", "list", "--limit", "0")]
    [InlineData(2, "--arguments is not JSON", "tasks", "approve", "x", "--arguments", "{")]
    [InlineData(1, "no-such-task", "tasks", "get", "no-such-task")]
    [InlineData(2, "TASK: '' is no id.", "tasks", "stop", "")]
    [InlineData(2, "USER: '..' is no id.", "agents", "logout", "a", "..")]
    [InlineData(2, "exclude each other", "agents", "apply", "x", "--deploy", "--no-deploy")]
    [InlineData(2, "at least 1", "worker", "--concurrency", "0")]
    [InlineData(2, "There is no agent 'nobody'", "worker", "--agents", "nobody")]
    public async Task What_cannot_be_done_ends_with_its_code_and_a_sentence(int code, string told, params string[] args)
    {
        var run = await CommandRun.OfAsync(server, args);

        Assert.True(run.Code == code && run.Errors.Contains(told, StringComparison.Ordinal), $"{run.Code}: {run.Errors}");
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_a_wrong_key_end_with_1()
    {
        var stranger = await CommandRun.OfAsync("agents", "list", "--url", server.Address.ToString(), "--key", "tl_wrong");
        Assert.Equal((1, "Could not list the agents: Invalid or missing API key. Check the API key: none arrived, or the server does not know it.\n"), (stranger.Code, stranger.Errors));
        Assert.Equal(2, (await CommandRun.OfAsync("agents", "list", "--url", "nonsense")).Code);
    }

    [Fact]
    public async Task Every_command_explains_itself()
    {
        foreach (var command in (string[][])[[], ["agents"], ["agents", "apply"], ["tasks", "create"], ["worker"]])
        {
            var help = await CommandRun.OfAsync([.. command, "--help"]);
            Assert.Equal((0, ""), (help.Code, help.Errors));
            Assert.Contains("Usage:", help.Text, StringComparison.Ordinal);
        }
    }

    private Configuration Configuration(string agent) => new()
    {
        BaseUrl = server.Address.ToString(),
        ApiKey = SharedServer.Key,
        OrganizationId = SharedServer.Organization,
        AgentId = agent,
    };
}
