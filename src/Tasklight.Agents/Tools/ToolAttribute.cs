namespace Tasklight.Agents.Tools;

/// <summary>
/// Makes a method a tool; see <see cref="FunctionTools.Of(object)"/>. Its parameters become the arguments (describe them with
/// <see cref="System.ComponentModel.DescriptionAttribute"/>); one of type <see cref="Sdk.AgentTask"/> or <see cref="CancellationToken"/> is filled in.
/// </summary>
/// <param name="description">What it does, for the model.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolAttribute(string description) : Attribute
{
    /// <summary>What it does, for the model.</summary>
    public string Description => description;

    /// <summary>Its name; the method's, in snake case and without <c>Async</c>, unless set.</summary>
    public string? Name { get; set; }

    /// <summary>How long a call may take, in seconds; 0 = the agent's <c>tool_timeout_seconds</c>.</summary>
    public double TimeoutSeconds { get; set; }

    /// <summary>A person approves each call before it is made.</summary>
    public bool RequiresApproval { get; set; }
}
