namespace Tasklight.Server.Agents;

/// <summary>One secret of an agent's definition.</summary>
/// <param name="Place">Where it stands, unique within the definition.</param>
/// <param name="Target">Where it is sent (<see cref="Access.SecretTarget"/>).</param>
/// <param name="Value">In clear, sealed, or the mask.</param>
readonly record struct AgentSecret(string Place, string Target, string Value);
