using Tasklight.Agents.Session;
using Tasklight.Protocol;

namespace Tasklight.Agents.Runtime;

/// <summary>Why a run ends before its task does.</summary>
internal abstract record Pause
{
    /// <summary>A person decides about a call.</summary>
    public sealed record Approval(ToolCall Call, CallDecision.Ask Asked) : Pause;

    /// <summary>A person logs in.</summary>
    public sealed record Login(MCPOAuthGetTokenResponse Where) : Pause;
}
