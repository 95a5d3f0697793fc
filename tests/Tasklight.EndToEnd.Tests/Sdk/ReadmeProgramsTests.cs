using System.Diagnostics;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The README's worker and client as processes of their own, set up by environment alone.</summary>
public sealed class ReadmeProgramsTests
{
    // Its own output folder: beside this test, assemblies that ASP.NET Core brings are left out.
    private static readonly string Assembly = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory.Replace($"tests{Path.DirectorySeparatorChar}Tasklight.EndToEnd.Tests", $"samples{Path.DirectorySeparatorChar}00-readme", StringComparison.Ordinal), "Readme.dll"));

    [Fact]
    public async Task The_READMEs_worker_answers_the_READMEs_client_and_leaves_at_SIGTERM()
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var worker = Start("worker", configuration);
        using var client = Start("client", configuration);

        var said = await client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, client.ExitCode);
        Assert.Contains("Thinking…", said, StringComparison.Ordinal);
        Assert.EndsWith("Completed: You said: Say hello", said.TrimEnd(), StringComparison.Ordinal);

        using (Process.Start("kill", ["-TERM", $"{worker.Id}"]))
        {
            await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, worker.ExitCode);
    }

    [Theory]
    [InlineData(0, "You said: Good morning", "worker", "--invoke", "--prompt", "Good morning", "--output_format", "text")]
    [InlineData(0, "You said: x", "worker", "--invoke", "--prompt=x", "--output_schema", """{"type":"object"}""")]
    [InlineData(1, "", "worker", "--invoke", "--prompt", "x", "--output_schema", "{type")]
    [InlineData(2, "", "worker", "--invoke")]
    [InlineData(0, "Done.", "hosted", "--invoke", "--prompt", "x")]
    [InlineData(1, "", "hosted", "--invoke", "--prompt", "x", "--output_schema", "{type")]
    public async Task Any_worker_program_runs_one_task_by_invoke(int exitCode, string output, string program, params string[] args)
    {
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var worker = Start(program, configuration, args);

        var said = await worker.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((exitCode, output), (worker.ExitCode, said.TrimEnd()));
    }

    private static Process Start(string program, Configuration configuration, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, program, .. args]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["TASKLIGHT_BASE_URL"] = configuration.BaseUrl;
        start.Environment["TASKLIGHT_API_KEY"] = configuration.ApiKey;
        start.Environment["TASKLIGHT_ORGANIZATION_ID"] = configuration.OrganizationId;
        start.Environment["TASKLIGHT_AGENT_ID"] = configuration.AgentId;
        return Process.Start(start)!;
    }
}
