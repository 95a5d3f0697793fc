using System.Text.Json;

namespace Tasklight.Agents.Tests.Schema;

/// <summary>
/// The official vectors, as the Debian package libtest-json-schema-acceptance-perl has them, or as a checkout of
/// json-schema-org/JSON-Schema-Test-Suite which TASKLIGHT_JSON_SCHEMA_SUITE names.
/// </summary>
internal static class OfficialSuite
{
    private const string Packaged = "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance";

    private static string Folder => Environment.GetEnvironmentVariable("TASKLIGHT_JSON_SCHEMA_SUITE") is { Length: > 0 } set ? set : Packaged;

    /// <summary>The names of the files with required vectors; a single question mark when there are none.</summary>
    public static TheoryData<string> Files
    {
        get
        {
            var tests = Path.Combine(Folder, "tests/draft2020-12");
            return Directory.Exists(tests) ? [.. Directory.GetFiles(tests, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)] : ["?"];
        }
    }

    public static JsonElement Read(string file)
    {
        Assert.True(file != "?", $"The official JSON Schema vectors are not in {Folder}: install libtest-json-schema-acceptance-perl, or set TASKLIGHT_JSON_SCHEMA_SUITE.");
        return Parse(Path.Combine(Folder, "tests/draft2020-12", file));
    }

    /// <summary>What a schema of the vectors may refer to, by the address at which the suite says it is.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Remotes { get; } = Directory.Exists(Folder)
        ? Directory.GetFiles(Path.Combine(Folder, "remotes"), "*.json", SearchOption.AllDirectories)
            .ToDictionary(file => "http://localhost:1234/" + Path.GetRelativePath(Path.Combine(Folder, "remotes"), file), Parse, StringComparer.Ordinal)
        : new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    private static JsonElement Parse(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
