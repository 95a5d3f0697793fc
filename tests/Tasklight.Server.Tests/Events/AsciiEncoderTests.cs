using System.Text.Json;
using Tasklight.Server.Events;

namespace Tasklight.Server.Tests.Events;

public sealed class AsciiEncoderTests
{
    [Theory]
    [InlineData("https://x.example/f?a=1&b='2'+<3>")]
    [InlineData("{\"rows\": 3}\r\n\t\b\f\\")]
    [InlineData("Zürich, 東京, \U0001F680, \u2028, \u0000, \u007f")]
    [InlineData("")]
    public void What_is_written_is_ascii_on_one_line_and_reads_as_it_was(string text)
    {
        var json = AsciiJson.Bytes(text, Protocol.ProtocolJson.Default.String);

        Assert.True(AsciiJson.IsOneAsciiLine(json));
        Assert.Equal(text, JsonSerializer.Deserialize(json, Protocol.ProtocolJson.Default.String));
        Assert.Equal(text, JsonSerializer.Deserialize($"\"{AsciiEncoder.Instance.Encode(text)}\"", Protocol.ProtocolJson.Default.String));
    }

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() => Assert.Equal(@"a\uFFFDb", AsciiEncoder.Instance.Encode("a\ud800b"));

    [Fact]
    public void Only_what_must_be_escaped_is()
    {
        Assert.Equal("""https://x.example/f?a=1&b='2'+<3>""", AsciiEncoder.Instance.Encode("https://x.example/f?a=1&b='2'+<3>"));
        Assert.Equal("""{\"a\":\"\\\n\u00E4\uD83D\uDE80\"}""", AsciiEncoder.Instance.Encode("{\"a\":\"\\\nä\U0001F680\"}"));
    }

    [Fact]
    public void Every_character_is_written_so_that_it_can_be_read()
    {
        for (var scalar = 0; scalar <= 0x10FFFF; scalar += scalar < 0x3000 ? 1 : 97)
        {
            if (scalar is >= 0xD800 and <= 0xDFFF)
            {
                continue;
            }

            var text = $"a{char.ConvertFromUtf32(scalar)}b";
            var json = AsciiJson.Bytes(text, Protocol.ProtocolJson.Default.String);
            Assert.Equal(text, JsonSerializer.Deserialize(json, Protocol.ProtocolJson.Default.String));
            Assert.True(AsciiJson.IsOneAsciiLine(json));
        }
    }
}
