using System.Runtime.CompilerServices;
using Tasklight.Agents.Runtime;
using Tasklight.Sdk.Tests.PublicApi;

namespace Tasklight.Agents.Tests;

/// <summary>As for the SDK: after a wanted change run once with <c>TASKLIGHT_WRITE_PUBLIC_API=1</c> and commit the file.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_runtime_offers_what_is_listed() => Check();

    private static void Check([CallerFilePath] string here = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src/Tasklight.Agents/PublicApi.txt"));
        var found = ApiListing.Of(typeof(AgentRuntime).Assembly).ToList();
        if (Environment.GetEnvironmentVariable("TASKLIGHT_WRITE_PUBLIC_API") == "1")
        {
            File.WriteAllText(path, string.Concat(found.Select(line => line + "\n")));
        }

        Assert.Equal(File.ReadAllLines(path), found);
    }
}
