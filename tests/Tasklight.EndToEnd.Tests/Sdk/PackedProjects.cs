using System.Diagnostics;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>The packages of this build in a folder of their own, packed once for all tests that look at them.</summary>
public sealed class PackedProjects : IAsyncLifetime
{
    private static readonly string[] Packages = ["Tasklight.Protocol", "Tasklight.Sdk", "Tasklight.Worker", "Tasklight.Agents"];

    private readonly DirectoryInfo _temp = Directory.CreateTempSubdirectory("tasklight-packages-");

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A place for whatever a test makes.</summary>
    public string Temp => _temp.FullName;

    /// <summary>Holds the packages.</summary>
    public string Folder => Path.Combine(Temp, "packages");

    /// <summary>Runs <c>dotnet</c> to its end, leaving no build server behind.</summary>
    /// <returns>What it said.</returns>
    public static async Task<string> DotnetAsync(string folder, (string Name, string Value)[] environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", args) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true };
        // A runner that was itself started by the build tool would hand down where that one found its files.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in (IEnumerable<(string, string)>)[("DOTNET_NOLOGO", "1"), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("MSBUILDDISABLENODEREUSE", "1"), .. environment])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', args)} ended with {process.ExitCode}: {said}");
        return said;
    }

    public async ValueTask InitializeAsync()
    {
        var projects = Packages.Select(name => $"""<Project Path="{Path.Combine(Root, "src", name, name + ".csproj")}" />""");
        await File.WriteAllTextAsync(Path.Combine(Temp, "packages.slnx"), $"<Solution>{string.Concat(projects)}</Solution>");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await DotnetAsync(Root, [], "pack", Path.Combine(Temp, "packages.slnx"), "-c", configuration, "--no-build", "-o", Folder, "-v", "quiet");
    }

    public ValueTask DisposeAsync()
    {
        _temp.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tasklight.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in the repository.");
        }

        return folder.FullName;
    }
}
