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
    public async Task A_program_outside_the_repository_runs_the_READMEs_code_on_the_packages()
    {
        var program = await BuildConsumerAsync();
        await using var server = await ServerFixture.StartAsync();
        var configuration = server.Configuration(await server.CreateAgentAsync());
        using var worker = SampleProgram.StartAssembly(program, configuration, "worker");
        using var client = SampleProgram.StartAssembly(program, configuration, "client");

        var said = await client.StandardOutput.ReadToEndAsync(Ct).InTime();
        await client.WaitForExitAsync(Ct).InTime();
        await worker.LeaveAsync();
        using var hosted = SampleProgram.StartAssembly(program, configuration, "hosted", "--invoke", "--prompt", "x");

        Assert.EndsWith("Completed: You said: Say hello", said.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("Done.", (await hosted.StandardOutput.ReadToEndAsync(Ct).InTime()).TrimEnd());
    }

    // A fresh cache, so that the packages of this build are the ones that are used. What else they need is taken from the machine's cache,
    // which the build has filled, or from the machine's sources.
    private async Task<string> BuildConsumerAsync()
    {
        var (folder, cache) = (Path.Combine(packed.Temp, "consumer"), Path.Combine(packed.Temp, "cache"));
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "NuGet.config"), await SettingsAsync(), Ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "Consumer.csproj"), Project(), Ct);
        foreach (var source in Directory.GetFiles(Path.Combine(PackedProjects.Root, "samples", "00-readme"), "*.cs"))
        {
            File.Copy(source, Path.Combine(folder, Path.GetFileName(source)));
        }

        await PackedProjects.DotnetAsync(folder, [("NUGET_PACKAGES", cache)], "build", "-o", "out", "-v", "quiet", "-p:UseSharedCompilation=false");

        Assert.Equal(["tasklight.protocol", "tasklight.sdk", "tasklight.worker"], Directory.GetDirectories(cache, "tasklight.*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return Path.Combine(folder, "out", "Consumer.dll");
    }

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

    private static string Project()
    {
        var versions = XElement.Load(Path.Combine(PackedProjects.Root, "Directory.Packages.props")).Descendants("PackageVersion");
        var hosting = versions.Single(version => version.Attribute("Include")!.Value == "Microsoft.Extensions.Hosting").Attribute("Version")!.Value;
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Tasklight.Worker" Version="{Version}" />
                <PackageReference Include="Microsoft.Extensions.Hosting" Version="{hosting}" />
              </ItemGroup>
            </Project>
            """;
    }
}
