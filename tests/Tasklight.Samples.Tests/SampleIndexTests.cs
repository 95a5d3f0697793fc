using System.Text.RegularExpressions;

namespace Tasklight.Samples.Tests;

/// <summary>A newcomer finds every sample by its index, and in each what it shows and how to run it.</summary>
public sealed partial class SampleIndexTests
{
    public static TheoryData<string> Samples { get; } =
        [.. Directory.GetDirectories(Path.Combine(Repository.Root, "samples")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_in_the_index_and_in_the_solution(string sample)
    {
        Assert.Contains($"[{sample}]({sample}", Repository.Text("samples", "README.md"), StringComparison.Ordinal);
        Assert.Contains($"samples/{sample}/", Repository.Text("Tasklight.slnx"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_says_first_what_it_shows_and_how_to_run_it(string sample)
    {
        var lines = Repository.Text("samples", sample, "Program.cs").Split('\n').SkipWhile(line => line.Length == 0 || line.StartsWith("using ", StringComparison.Ordinal));

        var said = lines.TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal)).ToList();

        Assert.True(said.Count >= 2, $"{sample} begins with {said.Count} lines of comment.");
        Assert.StartsWith("// Run", said[^1], StringComparison.Ordinal);
        Assert.Contains($"dotnet run --project samples/{sample}", said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_link_of_the_index_leads_to_a_file_and_every_sample_named_is_there()
    {
        var index = Repository.Text("samples", "README.md");

        Assert.All(Link().Matches(index), link => Assert.True(Path.Exists(Path.Combine(Repository.Root, "samples", link.Groups["found"].Value)), link.Value));
        Assert.All(Name().Matches(index), name => Assert.Contains(name.Value, Samples.Select(row => row.Data)));
    }

    [GeneratedRegex("\\]\\((?<found>[^)#]+)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Link();

    [GeneratedRegex("\\b[0-9]{2}-[a-z]+(-[a-z]+)*\\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Name();
}
