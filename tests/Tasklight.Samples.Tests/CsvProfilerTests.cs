using System.Text;
using CsvAnalyst.Profiling;

namespace Tasklight.Samples.Tests;

public sealed class CsvProfilerTests
{
    [Fact]
    public async Task Each_column_gets_the_narrowest_type_of_all_its_values()
    {
        var profile = await ProfileAsync("""
            id,price,active,day,seen,name,zip,nothing
            1,2.5,true,2024-02-29,2024-02-29 10:00,Ada,01234,
            2,3,no,2024-03-01,2024-03-01T09:30:15Z,Bob,99999,NA
            -7,1e3,Yes,2023-12-31,2023-12-31 00:00:00.5,"Carl, the third",00001,null
            """);

        Assert.Null(profile.Problem);
        Assert.Equal(3, profile.Rows);
        Assert.Equal(
            ["integer", "number", "boolean", "date", "text", "text", "text", "empty"],
            profile.Columns.Select(column => column.Type));
        Assert.Equal(3, profile.Columns[^1].Missing);
    }

    [Fact]
    public async Task A_date_column_tells_its_range_and_how_it_is_written()
    {
        var profile = await ProfileAsync("when,at\n3/14/2012,2012-03-14 10:15\n1/2/2011,2011-01-02 23:59\n");

        Assert.Equal(("date", "2011-01-02", "2012-03-14", "M/d/yyyy"), DateOf(profile.Columns[0]));
        Assert.Equal(("datetime", "2011-01-02T23:59:00Z", "2012-03-14T10:15:00Z", "yyyy-M-d H:mmK"), DateOf(profile.Columns[1]));

        static (string, string?, string?, string?) DateOf(ColumnProfile column) => (column.Type, column.Earliest, column.Latest, column.DateFormat);
    }

    [Fact]
    public async Task A_number_column_has_figures_of_its_values_alone()
    {
        var profile = await ProfileAsync("n\n1\n2\n\"\"\n2\n3\nNA\n");

        var column = Assert.Single(profile.Columns);
        Assert.Equal(("integer", 4L, 2L, 3L), (column.Type, column.Values, column.Missing, column.Distinct));
        Assert.Equal((1.0, 3.0, 2.0), (column.Min, column.Max, column.Mean));
        Assert.Equal(2, column.Quantiles?.P50);
        Assert.Equal([new("2", 2)], column.Top);
    }

    [Theory]
    [InlineData("a;b\n1;2\n3;4\n")]
    [InlineData("a\tb\n1\t2\n3\t4\n")]
    [InlineData("\uFEFFa,b\r\n1,2\r\n\r\n3,4")]
    public async Task The_usual_dialects_are_read(string text)
    {
        var profile = await ProfileAsync(text);

        Assert.Null(profile.Problem);
        Assert.Equal((2L, "a", "b"), (profile.Rows, profile.Columns[0].Name, profile.Columns[1].Name));
    }

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("a,b\n1,2\n3\n", 3, "field")]
    [InlineData("a,b\n1,2\n3,4,5\n6,7\n", 3, "field")]
    [InlineData("a,b\n1,\"two\nlines\"\n3\n", 4, "field")]
    [InlineData("a,b\n1,2\n3,x\"y\"\n", 3, "quote")]
    [InlineData("a,b\n1,2\n3,\"never closed\n4,5\n", 3, "quote")]
    public async Task A_broken_file_names_line_and_problem(string text, int line, string problem)
    {
        var profile = await ProfileAsync(text);

        Assert.Equal(line, profile.Problem?.Line);
        Assert.Contains(problem, profile.Problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_a_problem_and_not_silently_replaced()
    {
        var profile = await ProfileAsync([.. "a,b\n1,"u8, 0xE9, .. "\n"u8]);

        Assert.Contains("UTF-8", profile.Problem?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_never_ends_is_a_problem_before_it_fills_the_memory()
    {
        var profile = await ProfileAsync("a,b\n1,\"" + new string('x', 3 << 20));

        Assert.Equal(2, profile.Problem?.Line);
    }

    [Fact]
    public async Task A_large_file_is_profiled_in_bounded_memory()
    {
        var isLong = Environment.GetEnvironmentVariable("TASKLIGHT_TEST_LONG") == "1";
        var size = isLong ? 200L << 20 : 4L << 20;
        await using var file = new GeneratedCsv(size);
        var peak = 0L;

        var profile = await new CsvProfiler("large.csv").ProfileAsync(
            file,
            rows =>
            {
                peak = rows % (1 << 16) == 0 ? Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true)) : peak;
                return ValueTask.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Null(profile.Problem);
        Assert.Equal(file.Rows, profile.Rows);
        Assert.Equal(["integer", "number", "date", "text", "text"], profile.Columns.Select(column => column.Type));
        Assert.InRange(profile.Columns[0].Distinct, file.Rows * 0.97, file.Rows * 1.03);
        Assert.InRange(peak, 1, 48 << 20);
    }

    private static Task<FileProfile> ProfileAsync(string text) => ProfileAsync(Encoding.UTF8.GetBytes(text));

    private static Task<FileProfile> ProfileAsync(byte[] content) =>
        new CsvProfiler("test.csv").ProfileAsync(new MemoryStream(content), _ => ValueTask.CompletedTask, TestContext.Current.CancellationToken);
}
