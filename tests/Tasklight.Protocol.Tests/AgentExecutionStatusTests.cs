namespace Tasklight.Protocol.Tests;

public sealed class AgentExecutionStatusTests
{
    [Fact]
    public void Exactly_four_statuses_are_terminal() =>
        Assert.Equal(
            [AgentExecutionStatus.Completed, AgentExecutionStatus.Error, AgentExecutionStatus.Failed, AgentExecutionStatus.Stopped],
            Enum.GetValues<AgentExecutionStatus>().Where(status => status.IsTerminal()));
}
