using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>The programs by others in tests/npm. They are started as <c>node path/to/cli.js</c>: what npx starts outlives it.</summary>
internal static class NpmProgram
{
    /// <summary>The whole path of a file below tests/npm/node_modules.</summary>
    public static string Path(string file, [CallerFilePath] string here = "")
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../npm/node_modules", file));
        Assert.True(File.Exists(path), $"{path} is missing: run ./test.sh once, or 'npm ci' in tests/npm.");
        return path;
    }

    /// <summary>How to start it, with its output redirected.</summary>
    public static ProcessStartInfo Start(string file, params string[] arguments) => new("node", [Path(file), .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
