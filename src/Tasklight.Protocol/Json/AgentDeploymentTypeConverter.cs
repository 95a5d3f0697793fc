namespace Tasklight.Protocol;

internal sealed class AgentDeploymentTypeConverter() : WireWordConverter<AgentDeploymentType>(Words)
{
    internal static readonly string[] Words = ["serverless", "container"];
}
