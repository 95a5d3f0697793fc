using System.Text.Json;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.Agents.Runtime;

/// <summary>What is done with an open call.</summary>
internal abstract record CallDecision
{
    /// <summary>It is made.</summary>
    /// <param name="Tool">The tool.</param>
    /// <param name="Arguments">The complete arguments: the model's with the task's, or a person's.</param>
    /// <param name="IsApproved">A person approved it: it is made once and never again.</param>
    public sealed record Make(RuntimeTool Tool, JsonElement Arguments, bool IsApproved) : CallDecision;

    /// <summary>It is not made; the model is told why.</summary>
    public sealed record Answer(string Error) : CallDecision;

    /// <summary>A person decides first.</summary>
    /// <param name="Tool">The tool.</param>
    /// <param name="Arguments">The complete arguments that it would be called with.</param>
    /// <param name="Rule">Who decides, and how.</param>
    public sealed record Ask(RuntimeTool Tool, JsonElement Arguments, AgentApprovalRule Rule) : CallDecision;
}
