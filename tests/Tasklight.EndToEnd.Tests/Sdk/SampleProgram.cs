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
        var start = new ProcessStartInfo("dotnet", [path, .. args]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["TASKLIGHT_BASE_URL"] = configuration.BaseUrl;
        start.Environment["TASKLIGHT_API_KEY"] = configuration.ApiKey;
        start.Environment["TASKLIGHT_ORGANIZATION_ID"] = configuration.OrganizationId;
        start.Environment["TASKLIGHT_AGENT_ID"] = configuration.AgentId;
        return Process.Start(start)!;
    }
}
