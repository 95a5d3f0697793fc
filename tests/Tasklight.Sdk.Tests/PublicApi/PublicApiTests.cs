using System.Reflection;
using System.Runtime.CompilerServices;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests.PublicApi;

/// <summary>
/// What users can call is written down beside each project in <c>PublicApi.txt</c>, so that no change of it goes unseen. After a wanted change
/// run these tests once with the environment variable <c>TASKLIGHT_WRITE_PUBLIC_API=1</c> and commit the file.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_sdk_offers_what_is_listed() => Check(typeof(Tasks).Assembly);

    [Fact]
    public void The_protocol_offers_what_is_listed() => Check(typeof(AgentTaskFields).Assembly);

    private static void Check(Assembly assembly, [CallerFilePath] string here = "")
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src", assembly.GetName().Name!, "PublicApi.txt"));
        var found = string.Concat(ApiListing.Of(assembly).Select(line => line + "\n"));
        if (Environment.GetEnvironmentVariable("TASKLIGHT_WRITE_PUBLIC_API") == "1")
        {
            File.WriteAllText(path, found);
        }

        var listed = File.Exists(path) ? File.ReadAllText(path) : "";
        var (added, removed) = (found.Split('\n').Except(listed.Split('\n'), StringComparer.Ordinal), listed.Split('\n').Except(found.Split('\n'), StringComparer.Ordinal));
        Assert.True(
            found == listed,
            $"The public API of {assembly.GetName().Name} is not what {path} lists. If the change is wanted, run with TASKLIGHT_WRITE_PUBLIC_API=1.\n"
            + string.Concat(added.Select(line => $"+ {line}\n")) + string.Concat(removed.Select(line => $"- {line}\n")));
    }
}
