using System.Text.Json;

namespace Tasklight.Agents.Tools;

/// <summary>One of the plan tools. It makes no events of its own: the saved plan does.</summary>
internal sealed class PlanTool(string name, string description, JsonElement parameters, Func<ToolInvocation, CancellationToken, ValueTask<ToolOutcome>> invoke) : RuntimeTool
{
    public override string Name => name;

    public override string Description => description;

    public override JsonElement Parameters => parameters;

    public override ToolEvents Events => ToolEvents.None;

    public override ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct) => invoke(call, ct);
}
