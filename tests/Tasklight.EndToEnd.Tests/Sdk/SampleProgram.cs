using System.Diagnostics;
using Tasklight.Sdk;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>Samples as processes of their own, set up by environment alone.</summary>
internal static class SampleProgram
{
    /// <summary>Starts a sample from its own output folder: beside this test, assemblies that ASP.NET Core brings are left out.</summary>
    /// <param name="name">Its folder and assembly, as in <c>00-readme/Readme</c>.</param>
    /// <param name="configuration">Where, who and for which agent.</param>
    /// <param name="args">Its arguments.</param>
    public static Process Start(string name, Configuration configuration, params IEnumerable<string> args)
    {
        var (folder, assembly) = (Path.GetDirectoryName(name)!, Path.GetFileName(name));
        var here = Path.Combine("tests", "Tasklight.EndToEnd.Tests");
        var path = Path.Combine(AppContext.BaseDirectory.Replace(here, Path.Combine("samples", folder), StringComparison.Ordinal), assembly + ".dll");
        return StartAssembly(path, configuration, args);
    }

    /// <summary>Starts a program by the path of its assembly.</summary>
    public static Process StartAssembly(string path, Configuration configuration, params IEnumerable<string> args)
    {
        var start = new ProcessStartInfo("dotnet", [path, .. args]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["TASKLIGHT_BASE_URL"] = configuration.BaseUrl;
        start.Environment["TASKLIGHT_API_KEY"] = configuration.ApiKey;
        start.Environment["TASKLIGHT_ORGANIZATION_ID"] = configuration.OrganizationId;
        start.Environment["TASKLIGHT_AGENT_ID"] = configuration.AgentId;
        return Process.Start(start)!;
    }

    /// <summary>Runs a sample to its end: what it said, line by line, once its exit code was 0.</summary>
    /// <param name="name">Its folder and assembly.</param>
    /// <param name="configuration">Where, who and for which agent.</param>
    /// <param name="args">Its arguments.</param>
    public static async Task<string[]> RunAsync(string name, Configuration configuration, params string[] args)
    {
        var ct = TestContext.Current.CancellationToken;
        using var program = Start(name, configuration, args);
        var said = await program.StandardOutput.ReadToEndAsync(ct).InTime();
        await program.WaitForExitAsync(ct).InTime();
        Assert.True(program.ExitCode == 0, $"{name} ended with {program.ExitCode} after saying: {said}");
        return said.TrimEnd().Split('\n');
    }

    /// <summary>Tells a sample to leave, as a service manager does, and waits until it has.</summary>
    public static async Task LeaveAsync(this Process program)
    {
        var ct = TestContext.Current.CancellationToken;
        using (Process.Start("kill", ["-TERM", $"{program.Id}"]))
        {
            await program.WaitForExitAsync(ct).InTime();
        }

        Assert.Equal(0, program.ExitCode);
    }
}
