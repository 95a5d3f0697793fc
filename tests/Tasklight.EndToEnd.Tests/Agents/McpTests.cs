using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Tasklight.Agents.Tests;
using Tasklight.Agents.Tests.Tools;
using Tasklight.Protocol;
using Tasklight.Sdk;
using Tasklight.Server.Tests.Logins;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>Agents use MCP servers: the official example server, by both its transports, and one that wants a login.</summary>
public sealed class McpTests(SharedServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_of_the_agents_graph_is_started_and_its_tools_called()
    {
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("echo", """{"message":"hello"}""", "a").Call("get-sum", """{"a":2,"b":3}""", "b").Call("get-tiny-image", id: "c"), new ScriptedTurn().Text("Done."));
        await using var scene = await AgentScene.StartAsync(server, model, Agent(new JsonObject { ["type"] = "local", ["transport"] = "stdio", ["name"] = "everything", ["command"] = EverythingServer.Command }));

        var task = await scene.CreateTaskAsync("Use the tools");
        var events = await AgentScene.EventsAsync(task);

        Assert.Equal("Done.", events[^1].AsTask()!.Result);
        var results = model.Requests[1].Results;
        Assert.Equal("Echo: hello", results["a"]);
        Assert.Contains("5", (string)results["b"]!, StringComparison.Ordinal);
        Assert.Contains("[image, image/png, ", (string)results["c"]!, StringComparison.Ordinal);
        Assert.Equal(["echo", "get-sum", "get-tiny-image"], events[^1].AsTask()!.UsedTools.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_the_task_brings_is_called_over_http_and_again_after_it_was_killed()
    {
        var everything = await EverythingServer.StartAsync();
        try
        {
            var model = new ScriptedChatClient
            {
                Otherwise = request => request.Results.Count switch
                {
                    0 => new ScriptedTurn().Call("echo", """{"message":"one"}""", "a"),
                    1 => new ScriptedTurn().Call("restart", id: "b"),
                    2 => new ScriptedTurn().Call("echo", """{"message":"two"}""", "c"),
                    _ => new ScriptedTurn().Text("Done."),
                },
            };
            var tools = Tasklight.Agents.Tools.FunctionTools.Of("restart", "Starts the server anew.", async () => { everything = await everything.RestartAsync(); });
            await using var scene = await AgentScene.StartAsync(server, model, tools: tools);

            var task = await scene.RunAsync("Use the tools", request => request.McpServers = [new() { Name = "everything", Url = everything.Address, AllowedTools = ["echo"] }]);

            Assert.Equal((AgentExecutionStatus.Completed, "Done."), (task.Status, task.Result));
            Assert.Equal(("Echo: one", "Echo: two"), (model.Requests[^1].Results["a"], model.Requests[^1].Results["c"]));
            Assert.Equal(["compact_session", "echo", "read_tool_output", "restart"], model.Requests[0].Tools.Order(StringComparer.Ordinal));
        }
        finally
        {
            await everything.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_tool_that_a_server_runs_as_a_task_only_is_called_as_one()
    {
        var model = new ScriptedChatClient(new ScriptedTurn().Call("simulate-research-query", """{"topic":"tea"}""", "a"), new ScriptedTurn().Text("Done."));
        await using var scene = await AgentScene.StartAsync(server, model, Agent(new JsonObject { ["type"] = "local", ["transport"] = "stdio", ["name"] = "everything", ["command"] = EverythingServer.Command }));

        var task = await scene.RunAsync("Research tea");

        Assert.Equal((AgentExecutionStatus.Completed, "Done."), (task.Status, task.Result));
        Assert.StartsWith("# Research Report: tea", (string)model.Requests[1].Results["a"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_in_a_call_costs_that_call_its_time_and_nothing_else()
    {
        await using var everything = await EverythingServer.StartAsync();
        var model = new ScriptedChatClient(new ScriptedTurn().Call("trigger-long-running-operation", """{"duration":3600,"steps":1}""", "a"))
        {
            // Where the machine is slow, a call that does not hang may cost its time too.
            Otherwise = request => request.Results.Values.Contains("Echo: still here")
                ? new ScriptedTurn().Text("Done.")
                : new ScriptedTurn().Call("echo", """{"message":"still here"}"""),
        };
        await using var scene = await AgentScene.StartAsync(server, model, new() { ["llm_settings"] = new JsonObject { ["tool_timeout_seconds"] = 5 } });

        var task = await scene.RunAsync("Use the tools", request => request.McpServers = [new() { Name = "everything", Url = everything.Address }]);

        Assert.Equal((AgentExecutionStatus.Completed, "Done."), (task.Status, task.Result));
        Assert.StartsWith("Error: 'trigger-long-running-operation' gave no answer within 5 s", (string)model.Requests[1].Results["a"]!, StringComparison.Ordinal);
        Assert.Contains("Echo: still here", model.Requests[^1].Results.Values);
    }

    [Fact]
    public async Task A_server_that_dies_for_good_is_told_to_the_model_and_ends_no_task()
    {
        var everything = await EverythingServer.StartAsync();
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("kill", id: "a"), new ScriptedTurn().Call("echo", """{"message":"anybody?"}""", "b"), new ScriptedTurn().Text("It is gone."));
        var kill = Tasklight.Agents.Tools.FunctionTools.Of("kill", "Kills the server.", () => everything.DisposeAsync().AsTask());
        await using var scene = await AgentScene.StartAsync(server, model, tools: kill);

        var task = await scene.RunAsync("Use the tools", request => request.McpServers = [new() { Name = "everything", Url = everything.Address }]);

        Assert.Equal((AgentExecutionStatus.Completed, "It is gone."), (task.Status, task.Result));
        Assert.StartsWith("Error: MCP server 'everything' ", (string)model.Requests[2].Results["b"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tools_that_a_server_changes_during_a_task_are_the_ones_that_the_model_sees()
    {
        await using var changing = await McpDouble.StartAsync(McpDouble.Tool("old", () => "old"));
        var model = new ScriptedChatClient(
            new ScriptedTurn().Call("change", id: "a"), new ScriptedTurn().Call("old", id: "b"), new ScriptedTurn().Call("new", id: "c"), new ScriptedTurn().Text("Done."));
        var change = Tasklight.Agents.Tools.FunctionTools.Of("change", "Changes the server's tools.", () =>
        {
            changing.Tools.Remove(changing.Tools["old"]);
            changing.Tools.Add(McpDouble.Tool("new", () => "new"));
        });
        await using var scene = await AgentScene.StartAsync(server, model, tools: change);

        var task = await scene.RunAsync("Use the tools", request => request.McpServers = [new() { Name = "changing", Url = changing.Address }]);

        Assert.Equal((AgentExecutionStatus.Completed, "Done."), (task.Status, task.Result));
        Assert.Contains("old", model.Requests[0].Tools);
        // It is refused by the server, or no tool any more, as the word of the change came after the question or before it.
        Assert.StartsWith("Error: ", (string)model.Requests[2].Results["b"]!, StringComparison.Ordinal);
        Assert.Equal((true, false), (model.Requests[2].Tools.Contains("new"), model.Requests[2].Tools.Contains("old")));
        Assert.Equal("new", model.Requests[3].Results["c"]);
    }

    [Fact]
    public async Task A_program_that_a_task_brings_is_not_started_and_the_task_says_so()
    {
        await using var scene = await AgentScene.StartAsync(server, new ScriptedChatClient(new ScriptedTurn().Text("Never.")));

        var task = await scene.RunAsync("Run this", request => request.McpServers = [new() { Name = "mine", Type = MCPServerType.Local, Command = "touch /tmp/was-here" }]);

        Assert.Equal(AgentExecutionStatus.Error, task.Status);
        Assert.Equal("MCP server 'mine' is a program (stdio), and this worker starts none that a task brings: its operator can allow it with TASKLIGHT_RUNTIME_LOCAL_SERVERS=tasks.", task.Result);
    }

    [Fact]
    public async Task A_server_that_wants_a_login_pauses_the_task_until_it_brings_the_token()
    {
        await using var authority = await AuthorizationServerDouble.StartAsync();
        await using var wall = await StartLoginWallAsync(authority);
        var address = $"{wall.Urls.First()}/mcp";
        authority.Resource = address;
        var model = new ScriptedChatClient(new ScriptedTurn().Text("Logged in."));
        await using var scene = await AgentScene.StartAsync(server, model, Agent(new JsonObject { ["name"] = "mail", ["url"] = address, ["auth_type"] = "oauth2" }));

        var task = await scene.PausedAsync(await scene.CreateTaskAsync("Read my mail", request => request.Input = request.Input with { User = new User { Id = "ann", Email = "ann@example.org" } }));

        Assert.Equal("mail", task.PendingEcaRequest!.ConnectorName);
        Assert.StartsWith($"{authority.Root}/authorize?", task.PendingEcaRequest.AuthUrl, StringComparison.Ordinal);
        Assert.Equal("awaiting_login", await scene.Api.WhyAsync(task.Id));
        var login = (await scene.Api.LogAsync(task.Id)).Single(update => update["type"]!.GetValue<string>() == "auth_event")["data"]!;
        Assert.Equal("login_required", login["type"]!.GetValue<string>());
        Assert.Equal(("mail", address), (login["data"]!["server_name"]!.GetValue<string>(), login["data"]!["server_url"]!.GetValue<string>()));
        Assert.Empty(model.Requests);

        await scene.Api.PatchTaskAsync(task.Id, new JsonObject { ["user_tokens"] = new JsonObject { ["node-1"] = "good" }, ["pending_eca_request"] = null, ["status"] = "pending" });
        await AgentScene.EndAsync(task);

        Assert.Equal((AgentExecutionStatus.Completed, "Logged in."), (task.Status, task.Result));
        Assert.Contains("connect_mail", model.Requests[0].Tools);
    }

    private static JsonObject Agent(JsonObject mcp) => new()
    {
        ["graph"] = new JsonArray(new JsonObject
        {
            ["id"] = "node-1",
            ["item_id"] = "mcp-1",
            ["type"] = "mcp",
            ["targets"] = new JsonArray(),
            ["settings"] = new JsonObject { ["mcp_settings"] = mcp },
        }),
    };

    // Lets the right token through, and is then away.
    private static async Task<WebApplication> StartLoginWallAsync(AuthorizationServerDouble authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            if (context.Request.Headers.Authorization == "Bearer good")
                context.Response.StatusCode = 503;
            else if (context.Request.Path != "/mcp" || !authority.Refuses(context, out _))
                context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
        await app.StartAsync(Ct);
        return app;
    }
}
