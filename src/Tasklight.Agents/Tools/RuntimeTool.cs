using System.Text.Json;

namespace Tasklight.Agents.Tools;

/// <summary>
/// Something the model may call. One object serves any number of calls at the same time. After a crash a call without a stored result is made
/// again with the same <see cref="ToolInvocation.CallId"/>: a tool with effects uses it as its idempotency key.
/// </summary>
public abstract class RuntimeTool
{
    /// <summary>A schema without parameters.</summary>
    protected static JsonElement NoParameters { get; } = JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <summary>The name the model calls it by: 1 to 64 ASCII letters, digits, <c>_</c> and <c>-</c>. The first of two tools with one name wins.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, for the model.</summary>
    public abstract string Description { get; }

    /// <summary>A JSON schema of its arguments, an object; without parameters unless overridden.</summary>
    public virtual JsonElement Parameters => NoParameters;

    /// <summary>How long a call may take; null = the agent's <c>tool_timeout_seconds</c>, 60 s unless set. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> = no limit.</summary>
    public virtual TimeSpan? Timeout => null;

    /// <summary>A person approves each call before it is made, whatever the agent's approval rules say; false unless overridden.</summary>
    public virtual bool HoldsApproval => false;

    /// <summary>The id that events of its calls name; the name unless overridden.</summary>
    public virtual string OperationId => Name;

    /// <summary>The name it has where it comes from, whatever <see cref="Name"/> had to be in this run.</summary>
    internal virtual string DefinedName => Name;

    /// <summary>Where it comes from, to tell it from another tool that has its name in another run; empty for the program's own.</summary>
    internal virtual string Origin => "";

    /// <summary>The schema of what <see cref="Complete"/> gives.</summary>
    internal virtual JsonElement CompleteParameters => Parameters;

    /// <summary>What a call is made with: the model's arguments with those that the task gives. <see cref="InvokeAsync"/> adds nothing to it.</summary>
    internal virtual JsonElement Complete(JsonElement arguments) => arguments;

    /// <summary>Which events its calls make; <see cref="ToolEvents.Call"/> unless overridden.</summary>
    public virtual ToolEvents Events => ToolEvents.Call;

    /// <summary>
    /// Makes the call. An exception becomes an error that the model reads (its message), except for the cancellation of
    /// <paramref name="ct"/>; better is <see cref="ToolOutcome.Error"/> with a sentence that says what to do instead.
    /// </summary>
    /// <param name="call">What to do, for which task.</param>
    /// <param name="ct">Cancelled when the time is up, the task stopped or the worker leaving.</param>
    public abstract ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct);
}
