using Tasklight.Sdk;

namespace Tasklight.Cli.Definitions;

/// <summary>An agent that was applied.</summary>
/// <param name="Agent">As it is now.</param>
/// <param name="HasNewSecrets">Nothing changed but secrets.</param>
internal sealed record AppliedAgent(Agent Agent, bool HasNewSecrets);
