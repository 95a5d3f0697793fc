using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tasklight.Sdk.Tests.Page;

/// <summary>docs/sdk.md says what there is: its programs are compiled, its names exist, and none is forgotten.</summary>
public sealed partial class SdkPageTests
{
    private const string Usings = "using Tasklight.Protocol;\nusing Tasklight.Sdk;";

    // Of .NET and its extensions, as the page names them.
    private static readonly string[] Foreign =
        ["CancellationToken", "IAsyncEnumerable", "IEnumerable", "JsonElement", "DateTimeOffset", "ChatMessage", "InvalidOperationException", "NotSupportedException", "TASKLIGHT_API_KEY", "TASKLIGHT_BASE_URL", "TASKLIGHT_ORGANIZATION_ID", "TASKLIGHT_AGENT_ID"];

    private static readonly string Root = FindRoot();
    private static readonly string Page = Text("docs/sdk.md");
    private static readonly PublicNames Names = new(
        ((string[])["Tasklight.Protocol", "Tasklight.Sdk", "Tasklight.Worker"]).SelectMany(project => Text($"src/{project}/PublicApi.txt").Split('\n')));

    [Fact]
    public void Every_method_is_named()
    {
        var words = Words().Matches(Page).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);

        var missing = typeof(Tasks).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method && !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !words.Contains(method.Name))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Empty(missing.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_is_named()
    {
        var words = Words().Matches(Page).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);

        var missing = typeof(Configuration).GetProperties().Select(property => property.Name).Where(name => !words.Contains(name)).ToList();

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_python_name_stands_in_the_first_column_of_a_table_or_under_what_is_not_here()
    {
        var notHere = Page[Page.IndexOf("## Not here", StringComparison.Ordinal)..Page.IndexOf("## Coming from Python", StringComparison.Ordinal)];
        var named = Rows().Select(row => row.Python).Append(notHere).SelectMany(text => Words().Matches(text)).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);

        var missing = PythonNames.All.Where(name => !named.Contains(name)).ToList();

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_name_beside_a_python_name_exists()
    {
        var rows = Rows();

        var unknown = rows.SelectMany(row => Code().Matches(row.Net)).Select(code => code.Groups["found"].Value).Where(code => !Exists(code)).Distinct(StringComparer.Ordinal).ToList();

        Assert.True(rows.Count > 60);
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_program_is_a_compiled_region()
    {
        var regions = Region().Matches(Text("tests/Tasklight.Sdk.Tests/Page/Snippets.cs")).Select(match => Unindented(match.Groups["found"].Value)).ToList();

        var programs = Fence().Matches(Page).Select(match => match.Groups["found"].Value.Trim()).ToList();

        Assert.Equal(Usings, programs[0]);
        Assert.Equal(regions.Order(StringComparer.Ordinal), programs.Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_link_leads_to_a_file() =>
        Assert.All(Link().Matches(Page).Select(match => match.Groups["found"].Value), link => Assert.True(Path.Exists(Path.Combine(Root, "docs", link)), link));

    // Type, Type.Member, a member or parameter alone, or a variable of the page with a member: item.LoadAsync().
    private static bool Exists(string code)
    {
        var parts = Words().Matches(code.Replace("new ", "", StringComparison.Ordinal)).Select(word => word.Value).ToArray();
        return parts switch
        {
            [var name, var member] when Names.HasType(name) && code.StartsWith($"{name}.", StringComparison.Ordinal) => Names.HasMember(name, member),
            _ => parts.All(part => Names.Has(part) || Foreign.Contains(part)),
        };
    }

    private static List<(string Python, string Net)> Rows()
    {
        List<(string, string)> rows = [];
        var isMapping = false;
        foreach (var line in Page.Split('\n'))
        {
            isMapping = line == "| Python | .NET |" || (isMapping && line.StartsWith('|'));
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (isMapping && cells is ["", var python, var net, ""] && python != "Python" && !python.StartsWith("---", StringComparison.Ordinal))
            {
                rows.Add((python, net));
            }
        }

        return rows;
    }

    private static string Unindented(string code)
    {
        var lines = code.Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : line.TrimStart())).Trim();
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Root, file)).ReplaceLineEndings("\n");

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Words();

    [GeneratedRegex("`(?<found>[^`]+)`", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Code();

    [GeneratedRegex("```csharp\n(?<found>.*?)```", RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Fence();

    [GeneratedRegex("#region page\n(?<found>.*?)\n *#endregion", RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Region();

    [GeneratedRegex(@"\]\((?<found>[^)#]+)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Link();
}
