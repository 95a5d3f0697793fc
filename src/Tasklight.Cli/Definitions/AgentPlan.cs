using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Cli.Definitions;

/// <summary>What is to be done about one defined agent.</summary>
/// <param name="Definition">What the file says.</param>
/// <param name="Existing">The agent as it is edited now; null when there is none.</param>
/// <param name="Request">What is to be sent, sub-agents resolved.</param>
/// <param name="Difference">What it changes.</param>
internal sealed record AgentPlan(AgentDefinition Definition, Agent? Existing, CreateAgentRequest Request, AgentDifference Difference);
