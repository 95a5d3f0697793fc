using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tasklight.Sdk.Tests.PublicApi;

public sealed partial class SdkPageTests
{
    [Fact]
    public void The_page_for_people_from_python_names_every_method()
    {
        var words = Words().Matches(Page()).Select(word => word.Value).ToHashSet(StringComparer.Ordinal);
        Type[] types = [typeof(Tasks), typeof(AgentTask), typeof(Agents), typeof(Agent), typeof(Backend), typeof(Files), typeof(TaskUpdateEventExtensions), typeof(ListItemExtensions)];

        var missing = types
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && !words.Contains(method.Name))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}");

        Assert.Empty(missing.Distinct(StringComparer.Ordinal));
    }

    private static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/sdk.md")));

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Words();
}
