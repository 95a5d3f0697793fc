using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The README's worker and client as processes of their own, set up by environment alone.</summary>
public sealed class ReadmeProgramsTests
{
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

        await worker.LeaveAsync();
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

    private static SampleProcess Start(string program, Configuration configuration, params string[] args) =>
        SampleProgram.Start("00-readme/Readme", configuration, [program, .. args]);
}
