using System.IO.Compression;
using System.Xml.Linq;

namespace Tasklight.EndToEnd.Tests.Sdk;

/// <summary>What is in the packages, and that a program outside the repository lives on them alone.</summary>
public sealed class PackageTests(PackedProjects packed) : IClassFixture<PackedProjects>
{
    private static readonly XElement Properties = XElement.Load(Path.Combine(PackedProjects.Root, "Directory.Build.props"));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Version => Properties.Descendants("Version").Single().Value;

    [Theory]
    [InlineData("Tasklight.Protocol")]
    [InlineData("Tasklight.Sdk", "Tasklight.Protocol")]
    [InlineData("Tasklight.Worker", "Tasklight.Sdk")]
    [InlineData("Tasklight.Agents", "Tasklight.Worker")]
    public void A_package_holds_assembly_documentation_and_README_and_its_symbols_stand_beside_it(string name, params string[] on)
    {
        using var package = ZipFile.OpenRead(Path.Combine(packed.Folder, $"{name}.{Version}.nupkg"));
        using var symbols = ZipFile.OpenRead(Path.Combine(packed.Folder, $"{name}.{Version}.snupkg"));

        Assert.All([$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml", "README.md"], file => Assert.NotNull(package.GetEntry(file)));
        Assert.NotNull(symbols.GetEntry($"lib/net10.0/{name}.pdb"));
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        var about = XElement.Load(stream);
        var metadata = about.Elements().Single().Elements().ToLookup(element => element.Name.LocalName, element => element.Value);
        Assert.Equal(("README.md", "Apache-2.0"), (metadata["readme"].Single(), metadata["license"].Single()));
        Assert.NotEqual("Package Description", metadata["description"].Single());
        var dependencies = about.Descendants().Where(element => element.Name.LocalName == "dependency").ToDictionary(element => element.Attribute("id")!.Value, element => element.Attribute("version")!.Value);
        Assert.All(on, other => Assert.Equal(Version, dependencies[other]));
        Assert.Equal(name == "Tasklight.Protocol", dependencies.Count == 0);
    }

    [Fact]
    public async Task Programs_outside_the_repository_run_the_READMEs_code_on_the_packages()
    {
        var (worker, client) = await BuildConsumersAsync();
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var working = SampleProgram.StartAssembly(worker, configuration, "worker");
        using var watching = SampleProgram.StartAssembly(worker, configuration, "client");
        using var asking = SampleProgram.StartAssembly(client, configuration);

        Assert.Equal("Completed: You said: Say hello", (await watching.ReadToEndAsync())[^1]);
        Assert.Equal(["Completed: You said: How many words are in this question?"], await asking.ReadToEndAsync());
        await working.LeaveAsync();
        using var hosted = SampleProgram.StartAssembly(worker, configuration, "hosted", "--invoke", "--prompt", "x");
        Assert.Equal(["Done."], await hosted.ReadToEndAsync());
    }

    // Three programs: the README's with Tasklight.Worker, that of the client's package README with Tasklight.Sdk alone, and, only built, one with Tasklight.Agents. A fresh cache, so that
    // the packages of this build are the ones that are used. What else they need is taken from the machine's cache, which the build has filled,
    // or from the machine's sources.
    private async Task<(string Worker, string Client)> BuildConsumersAsync()
    {
        var (folder, cache) = (Path.Combine(packed.Temp, "consumers"), Path.Combine(packed.Temp, "cache"));
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "NuGet.config"), await SettingsAsync(), Ct);
        await WriteProjectAsync(folder, "Working", "00-readme", ("Tasklight.Worker", Version), ("Microsoft.Extensions.Hosting", Pinned("Microsoft.Extensions.Hosting")));
        await WriteProjectAsync(folder, "Asking", "02-first-task", ("Tasklight.Sdk", Version));
        await WriteProjectAsync(folder, "Owning", "24-own-tools", ("Tasklight.Agents", Version));
        const string Solution = """<Solution><Project Path="Working/Working.csproj" /><Project Path="Asking/Asking.csproj" /><Project Path="Owning/Owning.csproj" /></Solution>""";
        await File.WriteAllTextAsync(Path.Combine(folder, "consumers.slnx"), Solution, Ct);

        await PackedProjects.DotnetAsync(folder, [("NUGET_PACKAGES", cache)], "build", "-v", "quiet", "-p:UseSharedCompilation=false");

        Assert.Equal(["tasklight.agents", "tasklight.protocol", "tasklight.sdk", "tasklight.worker"], Directory.GetDirectories(cache, "tasklight.*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return (Output("Working"), Output("Asking"));

        string Output(string name) => Path.Combine(folder, name, "bin", "Debug", "net10.0", name + ".dll");
    }

    private static async Task WriteProjectAsync(string folder, string name, string sample, params (string Id, string Version)[] packages)
    {
        var project = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        foreach (var source in Directory.GetFiles(Path.Combine(PackedProjects.Root, "samples", sample), "*.cs"))
        {
            File.Copy(source, Path.Combine(project, Path.GetFileName(source)));
        }

        var references = packages.Select(package => $"""<PackageReference Include="{package.Id}" Version="{package.Version}" />""");
        var text = $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>{string.Concat(references)}</ItemGroup>
            </Project>
            """;
        await File.WriteAllTextAsync(Path.Combine(project, name + ".csproj"), text, Ct);
    }

    private static string Pinned(string package) => XElement.Load(Path.Combine(PackedProjects.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion").Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    private async Task<string> SettingsAsync()
    {
        var told = (await PackedProjects.DotnetAsync(packed.Temp, [], "nuget", "locals", "global-packages", "--list")).Trim();
        var machine = told[(told.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        return $"""
            <configuration>
              <packageSources><add key="packed" value="{packed.Folder}" /></packageSources>
              <fallbackPackageFolders>{(Directory.Exists(machine) ? $"""<add key="machine" value="{machine}" />""" : "")}</fallbackPackageFolders>
            </configuration>
            """;
    }
}
