using System.Text.Json;
using CsvAnalyst;
using CsvAnalyst.Client;
using CsvAnalyst.Profiling;

namespace Tasklight.Samples.Tests;

public sealed class ResultTests
{
    private const string Text = "id,day,city,yes,price,gone\n1,2024-01-01,Oslo,true,1.5,\n2,2024-01-02,Oslo,false,2.5,\n3,2024-01-03,Rome,true,-3,NA\n";

    [Theory]
    [InlineData(Text)]
    [InlineData("a,b\n1\n")]
    [InlineData("")]
    public async Task The_result_is_what_the_shipped_schema_says(string text)
    {
        var profile = await ProfileAsync(text);

        var json = JsonSerializer.SerializeToElement(new AnalysisResult(Summary.Of([profile]), [profile]), ResultJson.Default.AnalysisResult);

        Assert.Empty(Violations(json, ResultSchema.Json, "result"));
    }

    [Fact]
    public async Task The_table_is_aligned()
    {
        var lines = ResultTable.Lines(await ProfileAsync(Text)).ToList();

        Assert.Equal(
            """
            column  type     missing  distinct         min  median   mean         max  most frequent
            ------  -------  -------  --------  ----------  ------  -----  ----------  -------------
            id      integer        0         3           1       2      2           3
            day     date           0         3  2024-01-01                 2024-01-03
            city    text           0         2                                         Oslo (2)
            yes     boolean        0         2                                         true (2)
            price   number         0         3          -3     1.5  0.333         2.5
            gone    empty          3         0
            """.ReplaceLineEndings("\n"),
            string.Join('\n', lines));
    }

    [Fact]
    public async Task The_summary_names_gaps_and_problems()
    {
        var (whole, broken) = (await ProfileAsync(Text), await ProfileAsync("a,b\n1,2\n3\n"));

        var summary = Summary.Of([whole, broken]);

        Assert.StartsWith("test.csv has 3 rows and 6 columns; values are missing in gone. test.csv is broken at line 3: ", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_named_by_their_links_and_told_apart()
    {
        var files = AttachedFile.Of(["http://h/o/v1/files/1/my%20data.csv?signature=x", "http://h/o/v1/files/2/my%20data.csv", "plain.csv"]);

        Assert.Equal(["my data.csv", "my data.csv (2)", "plain.csv"], files.Select(file => file.Name));
    }

    private static Task<FileProfile> ProfileAsync(string text) => new CsvProfiler("test.csv").ProfileAsync(
        new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), _ => ValueTask.CompletedTask, TestContext.Current.CancellationToken);

    // As much of JSON Schema as this schema uses.
    private static IEnumerable<string> Violations(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.ValueEquals(value.GetString())))
        {
            yield return $"{path}: {value} is no allowed word";
        }

        if (schema.TryGetProperty("type", out var type) && !IsOf(value, type))
        {
            yield return $"{path}: {value.ValueKind} is not {type}";
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var violation in value.EnumerateArray().SelectMany((item, index) => Violations(item, schema.GetProperty("items"), $"{path}[{index}]")))
            {
                yield return violation;
            }
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var missing in schema.GetProperty("required").EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
        {
            yield return $"{path}.{missing} is missing";
        }

        foreach (var property in value.EnumerateObject())
        {
            var violations = schema.GetProperty("properties").TryGetProperty(property.Name, out var inner)
                ? Violations(property.Value, inner, $"{path}.{property.Name}")
                : [$"{path}.{property.Name} is not in the schema"];
            foreach (var violation in violations)
            {
                yield return violation;
            }
        }
    }

    private static bool IsOf(JsonElement value, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOf(value, one))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            _ => value.ValueKind == JsonValueKind.Null,
        };
}
