using Tasklight.Server.Files;

namespace Tasklight.Server.Tests.Files;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("cars.csv", "cars.csv")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"C:\temp\a.csv", "a.csv")]
    [InlineData("a\r\nb\".csv", "ab.csv")]
    [InlineData("Größe.csv", "Größe.csv")]
    [InlineData("..", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    public void A_name_is_made_safe(string? given, string expected) => Assert.Equal(expected, FileName.Clean(given));

    [Fact]
    public void A_long_name_keeps_its_extension() => Assert.Equal(new string('a', 196) + ".csv", FileName.Clean(new string('a', 300) + ".csv"));
}
