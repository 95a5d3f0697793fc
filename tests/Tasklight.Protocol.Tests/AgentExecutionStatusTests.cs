using System.Text;
using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class AgentExecutionStatusTests
{
    [Fact]
    public void Exactly_four_statuses_are_terminal() =>
        Assert.Equal(
            [AgentExecutionStatus.Completed, AgentExecutionStatus.Error, AgentExecutionStatus.Failed, AgentExecutionStatus.Stopped],
            Enum.GetValues<AgentExecutionStatus>().Where(status => status.IsTerminal()));

    [Fact]
    public void Every_status_comes_back_from_its_word()
    {
        foreach (var status in Enum.GetValues<AgentExecutionStatus>())
        {
            Assert.True(AgentExecutionStatusExtensions.TryParseWire(status.ToWire(), out var fromText));
            Assert.True(AgentExecutionStatusExtensions.TryParseWire(Encoding.UTF8.GetBytes(status.ToWire()), out var fromBytes));
            Assert.Equal((status, status), (fromText, fromBytes));
            Assert.Equal($"\"{status.ToWire()}\"", Wire.Write(status, ProtocolJson.Default.AgentExecutionStatus));
        }
    }

    [Theory]
    [InlineData("AgentExecutionStatus.Pending", AgentExecutionStatus.Pending)]
    [InlineData("AgentExecutionStatus.Stopped", AgentExecutionStatus.Stopped)]
    public void The_form_that_Python_prints_is_read(string text, AgentExecutionStatus expected)
    {
        Assert.True(AgentExecutionStatusExtensions.TryParseWire(text, out var status));
        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("running")]
    [InlineData("queued")]
    [InlineData("cancelled")]
    [InlineData("Pending")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_words_are_not_read(string? text) => Assert.False(AgentExecutionStatusExtensions.TryParseWire(text, out _));

    [Fact]
    public void An_unknown_word_is_refused_with_the_list_of_known_ones()
    {
        var problem = Assert.Throws<JsonException>(() => Wire.Read("\"running\"", ProtocolJson.Default.AgentExecutionStatus));

        Assert.StartsWith("'running' is not one of: pending, executing, paused, completed, error, failed, stopped.", problem.Message, StringComparison.Ordinal);
    }
}
