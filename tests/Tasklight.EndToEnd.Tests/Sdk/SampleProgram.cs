using System.Text.Json.Nodes;
using Tasklight.EndToEnd.Tests.CommandLines;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>Samples as processes of their own, set up by environment alone.</summary>
internal static class SampleProgram
{
    /// <summary>Starts a sample from its own output folder: beside this test, assemblies that ASP.NET Core brings are left out.</summary>
    /// <param name="name">Its folder and assembly, as in <c>00-readme/Readme</c>.</param>
    /// <param name="configuration">Where, who and for which agent.</param>
    /// <param name="args">Its arguments.</param>
    public static SampleProcess Start(string name, Configuration configuration, params IEnumerable<string> args) => StartAssembly(PathOf(name), configuration, args);

    /// <summary>Starts a program by the path of its assembly.</summary>
    public static SampleProcess StartAssembly(string path, Configuration configuration, params IEnumerable<string> args) =>
        SampleProcess.Start(path, args, EnvironmentOf(configuration));

    /// <summary>Runs a sample to its end: what it said, line by line, once its exit code was 0.</summary>
    /// <inheritdoc cref="Start" path="/param"/>
    public static async Task<string[]> RunAsync(string name, Configuration configuration, params string[] args)
    {
        using var program = Start(name, configuration, args);
        return await program.ReadToEndAsync();
    }

    /// <summary>Makes the agents of a sample's <c>agent.yaml</c> by the <c>tasklight</c> command, then runs the sample for the last of them.</summary>
    /// <param name="name">Its folder and assembly, as in <c>20-research-assistant/ResearchAssistant</c>.</param>
    /// <param name="configuration">Where and who.</param>
    /// <param name="variables">Environment variables more, of both.</param>
    /// <param name="args">Its arguments.</param>
    public static async Task<string[]> RunAppliedAsync(string name, Configuration configuration, (string Name, string? Value)[] variables, params string[] args)
    {
        var (_, program) = await StartAppliedAsync(name, configuration, variables, args);
        using (program)
        {
            return await program.ReadToEndAsync();
        }
    }

    /// <summary>The same of a sample that goes on; with the agent's id.</summary>
    /// <inheritdoc cref="RunAppliedAsync" path="/param"/>
    public static async Task<(string Agent, SampleProcess Program)> StartAppliedAsync(string name, Configuration configuration, (string Name, string? Value)[] variables, params string[] args)
    {
        (string Name, string? Value)[] environment = [.. EnvironmentOf(configuration), .. variables];
        var file = Path.Combine(PackedProjects.Root, "samples", Path.GetDirectoryName(name)!, "agent.yaml");
        using var apply = SampleProcess.Start(CommandRun.Assembly, ["agents", "apply", file, "--json"], environment);
        var applied = JsonNode.Parse(string.Join('\n', await apply.ReadToEndAsync()))!.AsArray();
        var agent = applied[^1]!["id"]!.GetValue<string>();
        return (agent, SampleProcess.Start(PathOf(name), args, [.. environment, ("TASKLIGHT_AGENT_ID", agent)]));
    }

    /// <summary>Waits for a program's end: what it said, line by line, once its exit code was 0.</summary>
    public static async Task<string[]> ReadToEndAsync(this SampleProcess program)
    {
        var ct = TestContext.Current.CancellationToken;
        var said = await program.StandardOutput.ReadToEndAsync(ct).InTime();
        await program.WaitForExitAsync(ct).InTime();
        Assert.True(program.ExitCode == 0, $"The program ended with {program.ExitCode} after saying: {said}");
        return said.TrimEnd().Split('\n');
    }

    private static string PathOf(string name)
    {
        var here = Path.Combine("tests", "Tasklight.EndToEnd.Tests");
        var sample = Path.Combine("samples", Path.GetDirectoryName(name)!);
        return Path.Combine(AppContext.BaseDirectory.Replace(here, sample, StringComparison.Ordinal), Path.GetFileName(name) + ".dll");
    }

    private static (string Name, string? Value)[] EnvironmentOf(Configuration configuration) =>
    [
        ("TASKLIGHT_BASE_URL", configuration.BaseUrl),
        ("TASKLIGHT_API_KEY", configuration.ApiKey),
        ("TASKLIGHT_ORGANIZATION_ID", configuration.OrganizationId),
        ("TASKLIGHT_AGENT_ID", configuration.AgentId),
    ];
}
