using System.Text.RegularExpressions;

namespace Tasklight.Samples.Tests;

/// <summary>The README's programs are regions of samples/00-readme, which the build compiles.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_program_of_the_README_is_a_compiled_region()
    {
        var regions = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "00-readme"), "*.cs").SelectMany(Regions).ToHashSet();

        var programs = Fence().Matches(Repository.Text("README.md")).Select(match => match.Groups["found"].Value.Trim()).ToList();

        Assert.NotEmpty(programs);
        Assert.All(programs, program => Assert.Contains(program, regions));
        Assert.Equal(regions.Count, programs.Count);
    }

    [Fact]
    public void Every_program_of_a_package_README_is_a_compiled_region()
    {
        var regions = Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.cs", SearchOption.AllDirectories).SelectMany(Regions).ToHashSet();
        var readmes = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "README.md", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 });

        Assert.NotEmpty(readmes);
        Assert.All(
            readmes.SelectMany(readme => Fence().Matches(File.ReadAllText(readme).ReplaceLineEndings("\n"))).Select(match => match.Groups["found"].Value.Trim()),
            program => Assert.Contains(program, regions));
    }

    [Fact]
    public void Every_link_of_the_README_leads_to_a_file()
    {
        var links = Link().Matches(Repository.Text("README.md")).Select(match => match.Groups["found"].Value).Where(link => !link.Contains("://", StringComparison.Ordinal));

        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Repository.Root, link)), link));
    }

    [GeneratedRegex("```csharp\n(?<found>.*?)```", RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Fence();

    [GeneratedRegex("\\]\\((?<found>[^)#]+)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Link();

    [GeneratedRegex("#region README[^\n]*\n(?<found>.*?)\n *#endregion", RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Region();

    // A region with the Tasklight usings of its file above it, as a reader would paste it.
    private static IEnumerable<string> Regions(string path)
    {
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var usings = string.Concat(text.Split('\n').Where(line => line.StartsWith("using Tasklight.", StringComparison.Ordinal)).Select(line => line + "\n"));
        return Region().Matches(text).Select(match => $"{usings}\n{Unindented(match.Groups["found"].Value)}".Trim());
    }

    private static string Unindented(string code)
    {
        var lines = code.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line.TrimStart()));
    }
}
