using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Mcp;
using Tasklight.Protocol;
using Tasklight.Server.Tests;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>Tools of MCP servers over streamable HTTP.</summary>
public sealed class McpToolsTests
{
    private static readonly McpServerTool Echo = McpDouble.Tool("echo", (string text) => $"You said {text}.");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_servers_tools_are_listed_and_called()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address, Headers = new Dictionary<string, string> { ["x-team"] = "blue" }, ApiKey = "k1", AuthType = MCPServerAuthType.ApiKey });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tool = Assert.Single(await scene.OpenAsync(source));
        var outcome = await scene.CallAsync(tool, """{"text":"hello"}""");

        Assert.Equal(("echo", "Does echo.", "echo"), (tool.Name, tool.Description, tool.OperationId));
        Assert.True(tool.Parameters.GetProperty("properties").TryGetProperty("text", out _));
        Assert.Equal(("You said hello.", false), (outcome.Result.GetString(), outcome.IsError));
        Assert.All(server.Headers, headers => Assert.Equal(("blue", "Bearer k1"), (headers["x-team"], headers["Authorization"])));
    }

    [Fact]
    public async Task Only_allowed_tools_are_shown_and_names_of_two_servers_do_not_clash()
    {
        await using var one = await McpDouble.StartAsync(Echo, McpDouble.Tool("other", () => "one"));
        await using var two = await McpDouble.StartAsync(McpDouble.Tool("echo", () => "two"), McpDouble.Tool("a.b", () => "dots"));
        var scene = new ToolScene().With(new() { Name = "one", Url = one.Address, AllowedTools = ["echo"] });
        scene.Fields.McpServers = [new() { Name = "two", Url = two.Address }];
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tools = await scene.OpenAsync(source);

        Assert.Equal(["a_b", "echo", "two_echo"], tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        var second = tools.Single(tool => tool.Name == "two_echo");
        Assert.Equal(("echo", "two"), (second.OperationId, (await scene.CallAsync(second)).Result.GetString()));
    }

    [Fact]
    public async Task The_tasks_payload_extension_is_merged_and_what_it_gives_is_not_asked_of_the_model()
    {
        await using var server = await McpDouble.StartAsync(McpDouble.Tool("find", (string what, string tenant) => $"{what} of {tenant}"));
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        scene.Fields.PayloadExtension = JsonElement.Parse("""{"body_params":{"tenant":"acme"},"headers":{"x":"y"}}""");
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tool = Assert.Single(await scene.OpenAsync(source));
        var outcome = await scene.CallAsync(tool, """{"what":"bills","tenant":"other"}""");

        Assert.Equal("""["what"]""", tool.Parameters.GetProperty("required").GetRawText());
        Assert.False(tool.Parameters.GetProperty("properties").TryGetProperty("tenant", out _));
        Assert.Equal("bills of acme", outcome.Result.GetString());
    }

    [Fact]
    public async Task A_server_that_was_started_anew_is_connected_to_again()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var tool = Assert.Single(await scene.OpenAsync(source));

        await server.RestartAsync();
        var outcome = await scene.CallAsync(tool, """{"text":"again"}""");

        Assert.Equal("You said again.", outcome.Result.GetString());
        Assert.Equal(1, server.Sessions);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_call_whose_answer_broke_off_is_made_again_when_the_tool_only_reads(bool isReadOnly, int calls)
    {
        var made = 0;
        await using var server = await McpDouble.StartAsync(McpDouble.Tool("look", () => "seen", isReadOnly));
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var tool = Assert.Single(await scene.OpenAsync(source));
        server.Before = async context =>
        {
            if (context.Request.Method != "POST" || context.Request.Headers["Mcp-Method"] == "initialize" || Interlocked.Increment(ref made) > 1)
                return false;

            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };

        var outcome = await scene.CallAsync(tool);

        Assert.Equal((calls == 1, calls), (outcome.IsError, made));
    }

    [Fact]
    public async Task A_server_that_is_away_is_told_and_can_be_tried_again()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var isAway = true;
        server.Before = context =>
        {
            context.Response.StatusCode = isAway ? 503 : 200;
            return Task.FromResult(isAway);
        };
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var connect = Assert.Single(await scene.OpenAsync(source));
        Assert.Equal("connect_talk", connect.Name);
        Assert.Contains("503", connect.Description, StringComparison.Ordinal);
        Assert.False(source.HasChanged);
        Assert.True((await scene.CallAsync(connect)).IsError);

        isAway = false;
        var outcome = await scene.CallAsync(connect);
        Assert.Equal("MCP server 'talk' is there again. Its tools are: echo.", outcome.Result.GetString());
        Assert.True(source.HasChanged);
        Assert.Equal("echo", Assert.Single(await scene.OpenAsync(source)).Name);
        Assert.False(source.HasChanged);
    }

    [Fact]
    public async Task A_change_of_the_tools_is_seen()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        Assert.Single(await scene.OpenAsync(source));
        await server.ListenedTo;

        server.Tools.Add(McpDouble.Tool("new", () => "new"));

        await Eventually.HoldsAsync(() => source.HasChanged, "the change was told");
        Assert.Equal(["echo", "new"], (await scene.OpenAsync(source)).Select(tool => tool.Name));
    }

    [Fact]
    public async Task Failures_of_a_tool_are_read_by_the_model()
    {
        await using var server = await McpDouble.StartAsync(
            McpDouble.Tool("refuses", string () => throw new McpException("The bridge is closed.")), McpDouble.Tool("gone", () => ""), McpDouble.Tool("huge", () => new string('x', 300_000)));
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        await using var source = new McpTools(new ToolAccess { AllowPrivateAddresses = true, LargestAnswer = 100_000 }, TimeProvider.System);
        var tools = await scene.OpenAsync(source);
        server.Tools.Remove(server.Tools["gone"]);

        var refused = await scene.CallAsync(tools.Single(tool => tool.Name == "refuses"));
        var gone = await scene.CallAsync(tools.Single(tool => tool.Name == "gone"));
        var huge = await scene.CallAsync(tools.Single(tool => tool.Name == "huge"));

        Assert.All([refused, gone, huge], outcome => Assert.True(outcome.IsError));
        Assert.Contains("The bridge is closed.", refused.Result.GetString(), StringComparison.Ordinal);
        Assert.Contains("refused the call", gone.Result.GetString(), StringComparison.Ordinal);
        Assert.Contains("larger than 100000 bytes", huge.Result.GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_hangs_ends_with_its_time()
    {
        var entered = new TaskCompletionSource();
        await using var server = await McpDouble.StartAsync(McpDouble.Tool("hang", async (CancellationToken ct) =>
        {
            entered.SetResult();
            await Until.CancelledAsync(ct);
        }));
        var scene = new ToolScene().With(new() { Name = "talk", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var tool = Assert.Single(await scene.OpenAsync(source));
        using var time = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var call = tool.InvokeAsync(new ToolInvocation("c", JsonElement.Parse("{}"), scene.Task), time.Token).AsTask();
        await entered.Task;
        await time.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_server_that_hangs_costs_its_tools_and_not_the_run()
    {
        await using var fine = await McpDouble.StartAsync(Echo);
        await using var hanging = await McpDouble.StartAsync(Echo);
        hanging.Before = async context =>
        {
            await Until.CancelledAsync(context.RequestAborted);
            return true;
        };
        var scene = new ToolScene().With(new() { Name = "fine", Url = fine.Address }).With(new() { Name = "stuck", Url = hanging.Address });
        var clock = new TestClock();
        await using var source = new McpTools(ToolScene.Open, clock);

        var opening = scene.OpenAsync(source);
        await Eventually.HoldsAsync(() => clock.Alarms == 1, "only one server is still waited for");
        clock.Advance(TimeSpan.FromMinutes(1));
        var tools = await opening;

        Assert.Equal(["echo", "connect_stuck"], tools.Select(tool => tool.Name));
        Assert.Contains("It did not answer in time.", tools[1].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_at_a_private_address_is_refused_unless_it_is_let_through()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        var scene = new ToolScene().With(new() { Name = "inner", Url = server.Address });
        await using var guarded = new McpTools(new ToolAccess(), TimeProvider.System);
        await using var let = new McpTools(new ToolAccess { AllowedHosts = ["127.0.0.0/8"] }, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<ToolSetupException>(async () => await scene.OpenAsync(guarded));

        Assert.Equal("MCP server 'inner' is not reached from here: 127.0.0.1 is at a private or local address, and tools reach public ones only: an operator can let it through with TASKLIGHT_FETCH_ALLOW=127.0.0.1.", refusal.Message);
        Assert.Single(await scene.OpenAsync(let));
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var server = await McpDouble.StartAsync(Echo);
        server.Before = context =>
        {
            context.Response.Redirect("http://127.0.0.1:9/elsewhere");
            return Task.FromResult(true);
        };
        var scene = new ToolScene().With(new() { Name = "moved", Url = server.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        Assert.Contains("It redirects to http://127.0.0.1:9/elsewhere: name that address in its definition.", Assert.Single(await scene.OpenAsync(source)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_describes_a_tool_in_nonsense_costs_its_tools_and_not_the_run()
    {
        await using var fine = await McpDouble.StartAsync(Echo);
        await using var odd = await McpDouble.StartAsync(Echo);
        odd.Before = async context =>
        {
            context.Request.EnableBuffering();
            var asked = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: Ct);
            context.Request.Body.Position = 0;
            if (asked.GetProperty("method").GetString() != "tools/list")
                return false;

            var tools = new[] { new { name = "odd", inputSchema = new { type = "strange" } } };
            await context.Response.WriteAsJsonAsync(new { jsonrpc = "2.0", id = asked.GetProperty("id"), result = new { tools } }, Ct);
            return true;
        };
        var scene = new ToolScene().With(new() { Name = "fine", Url = fine.Address }).With(new() { Name = "odd", Url = odd.Address });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var tools = await scene.OpenAsync(source);

        Assert.Equal(["echo", "connect_odd"], tools.Select(tool => tool.Name));
        Assert.Contains("Its list of tools cannot be read: the inputSchema of one is not a JSON Schema of an object.", tools[1].Description, StringComparison.Ordinal);
    }
}
