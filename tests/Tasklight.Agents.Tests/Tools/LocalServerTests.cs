using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tasklight.Agents.Tools;
using Tasklight.Agents.Tools.Mcp;
using Tasklight.Protocol;
using Tasklight.Server.Tests;

namespace Tasklight.Agents.Tests.Tools;

/// <summary>MCP servers that are programs.</summary>
public sealed class LocalServerTests : IDisposable
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Tools", "stdio-server.mjs");

    // Where a program writes its process id.
    private readonly string _id = Path.Combine(Path.GetTempPath(), $"tasklight-program-{Guid.NewGuid():N}");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_id);

    [Fact]
    public async Task A_program_gets_its_own_variables_and_none_of_this_process()
    {
        Environment.SetEnvironmentVariable("TASKLIGHT_TEST_SECRET", "s3cret");
        var scene = Scene();
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var outcome = await scene.CallAsync(await ToolAsync(scene, source, "env"));

        var variables = JsonElement.Parse(outcome.Result.GetString()!);
        Assert.Equal(("red", "s3cret-key"), (variables.GetProperty("COLOUR").GetString(), variables.GetProperty("KEY").GetString()));
        Assert.True(variables.TryGetProperty("PATH", out _));
        Assert.False(variables.TryGetProperty("TASKLIGHT_TEST_SECRET", out _));
    }

    [Fact]
    public async Task A_program_that_dies_is_told_with_its_last_words_and_started_again()
    {
        var scene = Scene();
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var die = await ToolAsync(scene, source, "die");

        var died = await scene.CallAsync(die);
        var after = await scene.CallAsync(await ToolAsync(scene, source, "echo"), """{"text":"alive"}""");

        Assert.Equal("MCP server 'tools' gave no answer that could be read; the call may have taken effect all the same. It ended with code 7; its last words were: out of order with ***.", died.Result.GetString());
        Assert.Equal("alive", after.Result.GetString());
    }

    [Fact]
    public async Task A_message_that_is_too_large_ends_the_connection_and_not_the_run()
    {
        var scene = Scene();
        await using var source = new McpTools(new ToolAccess { LocalServers = LocalServers.Agents, LargestAnswer = 50_000 }, TimeProvider.System);

        var huge = await scene.CallAsync(await ToolAsync(scene, source, "huge"));
        var after = await scene.CallAsync(await ToolAsync(scene, source, "echo"), """{"text":"alive"}""");

        Assert.Contains("larger than 50000 bytes", huge.Result.GetString(), StringComparison.Ordinal);
        Assert.Equal("alive", after.Result.GetString());
    }

    [Fact]
    public async Task Noise_between_the_messages_does_no_harm()
    {
        var scene = Scene();
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var outcome = await scene.CallAsync(await ToolAsync(scene, source, "noise"));

        Assert.Equal("said after the noise", outcome.Result.GetString());
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended_with_the_run()
    {
        var scene = Scene();
        var source = new McpTools(ToolScene.Open, TimeProvider.System);
        var hang = await ToolAsync(scene, source, "hang");
        using var time = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var call = hang.InvokeAsync(new ToolInvocation("c", JsonSerializer.SerializeToElement(new { text = _id }), scene.Task), time.Token).AsTask();
        using var program = await ProgramAsync();
        await time.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.False(program.HasExited);
        await source.DisposeAsync();

        await program.WaitForExitAsync(Ct).InTime();
    }

    [Fact]
    public async Task A_program_that_never_answers_is_given_up_and_killed()
    {
        var scene = new ToolScene().With(new() { Name = "deaf", Type = MCPServerType.Local, Command = $"sh -c 'echo $$ > {_id}.new; mv {_id}.new {_id}; exec sleep 3600'" });
        var clock = new TestClock();
        await using var source = new McpTools(ToolScene.Open, clock);

        var opening = scene.OpenAsync(source);
        using var program = await ProgramAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        var connect = Assert.Single(await opening);

        Assert.Equal("MCP server 'deaf' is away, and its tools with it. It did not answer in time. This tries to connect to it once more.", connect.Description);
        await program.WaitForExitAsync(Ct).InTime();
    }

    [Fact]
    public async Task A_program_that_ends_at_once_is_told_with_its_reason()
    {
        var scene = new ToolScene().With(new() { Name = "tools", Type = MCPServerType.Local, Command = $"node {Script} broken" });
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var connect = Assert.Single(await scene.OpenAsync(source));

        Assert.Equal("MCP server 'tools' is away, and its tools with it. It ended with code 3; its last words were: the key is missing. This tries to connect to it once more.", connect.Description);
    }

    [Fact]
    public async Task A_program_that_takes_its_time_to_end_is_told_with_its_reason_too()
    {
        var scene = Scene();
        await using var source = new McpTools(ToolScene.Open, TimeProvider.System);

        var faded = await scene.CallAsync(await ToolAsync(scene, source, "fade"));

        Assert.EndsWith("It ended with code 8; its last words were: out of breath.", faded.Result.GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LocalServers.None, true, "MCP server 'tools' is a program (stdio), and this worker starts none at all: its operator can allow it with TASKLIGHT_RUNTIME_LOCAL_SERVERS=agents.")]
    [InlineData(LocalServers.Agents, false, "MCP server 'tools' is a program (stdio), and this worker starts none that a task brings: its operator can allow it with TASKLIGHT_RUNTIME_LOCAL_SERVERS=tasks.")]
    public async Task Programs_are_started_only_for_those_who_may(LocalServers allowed, bool ofAgent, string message)
    {
        var details = new MCPServerDetails { Name = "tools", Transport = MCPServerTransport.Stdio, Command = $"node {Script}" };
        var scene = ofAgent ? new ToolScene().With(details) : new ToolScene();
        scene.Fields.McpServers = ofAgent ? [] : [details];
        await using var source = new McpTools(new ToolAccess { LocalServers = allowed }, TimeProvider.System);

        var refusal = await Assert.ThrowsAsync<ToolSetupException>(async () => await scene.OpenAsync(source));

        Assert.Equal(message, refusal.Message);
    }

    [Theory]
    [InlineData("node a.js", "node|a.js")]
    [InlineData("  'two words'  \"x \\\" y\" plain\\ blank ", "two words|x \" y|plain blank")]
    [InlineData(@"C:\tools\run.exe --name=""a b"" ''", @"C:\tools\run.exe|--name=a b|")]
    [InlineData("$HOME `ls` a;b", "$HOME|`ls`|a;b")]
    public void A_command_is_split_as_a_shell_would_and_nothing_is_expanded(string command, string words) => Assert.Equal(words, string.Join('|', CommandLine.Split(command)));

    [Theory]
    [InlineData(null, LocalServers.Agents)]
    [InlineData("none", LocalServers.None)]
    [InlineData(" Tasks ", LocalServers.Tasks)]
    public void The_environment_says_whose_programs_are_started(string? value, LocalServers expected)
    {
        var settings = new Dictionary<string, string?> { ["TASKLIGHT_RUNTIME_LOCAL_SERVERS"] = value, ["TASKLIGHT_FETCH_ALLOW"] = "10.0.0.0/8, files.example", ["TASKLIGHT_FETCH_GUARD"] = "False" };
        var access = ToolAccess.FromEnvironment(settings.GetValueOrDefault, LocalServers.Agents);

        Assert.Equal((expected, true), (access.LocalServers, access.AllowPrivateAddresses));
        Assert.Equal(["10.0.0.0/8", "files.example"], access.AllowedHosts);
    }

    // The program, once it has said who it is.
    private async Task<Process> ProgramAsync()
    {
        var id = await Eventually.IsAsync(async () => File.Exists(_id) && await File.ReadAllTextAsync(_id, Ct) is { Length: > 0 } text ? text : null, "the program runs");
        return Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
    }

    private static ToolScene Scene() => new ToolScene().With(new()
    {
        Name = "tools",
        Type = MCPServerType.Local,
        Transport = MCPServerTransport.Stdio,
        Command = $"node \"{Script}\"",
        EnvVars = new Dictionary<string, string> { ["COLOUR"] = "red", ["KEY"] = "s3cret-key" },
    });

    private static async Task<RuntimeTool> ToolAsync(ToolScene scene, McpTools source, string name) => (await scene.OpenAsync(source)).Single(tool => tool.Name == name);
}
