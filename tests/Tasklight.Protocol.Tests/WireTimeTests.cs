using System.Text;
using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class WireTimeTests
{
    private static readonly DateTimeOffset Known = new(2026, 5, 13, 10, 12, 4, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-05-13T10:12:04Z", 0)]
    [InlineData("2026-05-13T10:12:04.123456Z", 123456)]
    [InlineData("2026-05-13T10:12:04.123456789Z", 123456)]
    [InlineData("2026-05-13T10:12:04,5Z", 500000)]
    [InlineData("2026-05-13t10:12:04z", 0)]
    [InlineData("2026-05-13T10:12:04.123456", 123456)]
    [InlineData("2026-05-13 10:12:04", 0)]
    [InlineData("2026-05-13T12:12:04+02:00", 0)]
    [InlineData("2026-05-13T12:12:04+0200", 0)]
    [InlineData("2026-05-13T12:12:04+02", 0)]
    [InlineData("2026-05-13T04:42:04-05:30", 0)]
    [InlineData("1778667124", 0)]
    [InlineData("1778667124.5", 500000)]
    [InlineData("1778667124500", 500000)]
    public void Every_usual_form_is_read(string text, int microseconds)
    {
        Assert.True(WireTime.TryParse(text, out var time), text);
        Assert.Equal(WireTime.Format(Known.AddMicroseconds(microseconds)), WireTime.Format(time));
        Assert.Equal(TimeSpan.Zero, time.Offset);
    }

    [Theory]
    [InlineData("2026-05-13", "2026-05-13T00:00:00.000000Z")]
    [InlineData("2026-05-13T10:12", "2026-05-13T10:12:00.000000Z")]
    [InlineData("2024-02-29T23:59:59.9999999Z", "2024-02-29T23:59:59.999999Z")]
    [InlineData("0", "1970-01-01T00:00:00.000000Z")]
    [InlineData("-1", "1969-12-31T23:59:59.000000Z")]
    public void A_time_is_written_in_one_form(string text, string written)
    {
        Assert.True(WireTime.TryParse(text, out var time));
        Assert.Equal(written, WireTime.Format(time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2026-02-29T00:00:00Z")]
    [InlineData("2026-13-01")]
    [InlineData("2026-05-13T24:00:00Z")]
    [InlineData("2026-05-13T10:12:04.Z")]
    [InlineData("2026-05-13T10:12:04+2")]
    [InlineData("2026-05-13T10:12:04Zulu")]
    [InlineData("2026-05-13X10:12:04")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("1e300")]
    [InlineData("NaN")]
    [InlineData(null)]
    public void What_is_no_time_is_not_read(string? text) => Assert.False(WireTime.TryParse(text, out _));

    [Theory]
    [InlineData("\"2026-05-13T10:12:04\"")]
    [InlineData("\"2026\\u002d05-13T10:12:04Z\"")]
    [InlineData("1778667124")]
    [InlineData("1778667124000")]
    [InlineData("1778667124.0")]
    public void JSON_may_hold_text_or_unix_numbers(string json) => Assert.Equal(Known, Item(json).CreatedAt);

    [Fact]
    public void A_time_that_cannot_be_read_says_what_can()
    {
        var problem = Assert.Throws<JsonException>(() => Item("\"soon\""));

        Assert.Equal("$.created_at", problem.Path);
        Assert.StartsWith("Not a time; allowed are ISO 8601", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_a_time_allocates_nothing()
    {
        Span<byte> text = stackalloc byte[WireTime.Length];
        WireTime.Format(Known, text);
        Assert.Equal("2026-05-13T10:12:04.000000Z", Encoding.UTF8.GetString(text));

        var before = GC.GetAllocatedBytesForCurrentThread();
        WireTime.Format(Known, text);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Truncating_gives_what_comes_back_from_the_wire()
    {
        var time = Known.AddTicks(1_234_567).ToOffset(TimeSpan.FromHours(2));

        Assert.True(WireTime.TryParse(WireTime.Format(time), out var back));
        Assert.Equal(back, WireTime.Truncate(time));
        Assert.Equal(TimeSpan.Zero, WireTime.Truncate(time).Offset);
    }

    private static TasksListItem Item(string json) => Wire.Read($$"""{"created_at": {{json}}}""", ProtocolJson.Default.TasksListItem);
}
