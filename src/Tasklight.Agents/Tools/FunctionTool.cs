using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools;

/// <summary>A .NET function as a tool.</summary>
internal sealed class FunctionTool(AIFunction function, TimeSpan? timeout, bool holdsApproval, TaskExtension? extension = null) : RuntimeTool
{
    private static readonly Type TaskKey = typeof(AgentTask);

    public override string Name => function.Name;

    public override string Description => function.Description;

    public override JsonElement Parameters => extension?.Without(function.JsonSchema) ?? function.JsonSchema;

    public override TimeSpan? Timeout => timeout;

    public override bool HoldsApproval => holdsApproval;

    internal override JsonElement CompleteParameters => function.JsonSchema;

    /// <summary>The task of a call, for a parameter that wants it.</summary>
    public static AgentTask TaskOf(AIFunctionArguments arguments) => (AgentTask)arguments.Context![TaskKey]!;

    /// <summary>The tool for a task whose payload extension is merged in.</summary>
    public FunctionTool With(TaskExtension taskExtension) => new(function, timeout, holdsApproval, taskExtension);

    internal override JsonElement Complete(JsonElement arguments) => extension?.Into(arguments, function.JsonSchema) ?? arguments;

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        var arguments = new AIFunctionArguments { Context = new Dictionary<object, object?> { [TaskKey] = call.Task } };
        foreach (var argument in call.Arguments.EnumerateObject())
        {
            arguments[argument.Name] = argument.Value;
        }

        return await function.InvokeAsync(arguments, ct).ConfigureAwait(false) switch
        {
            null => ToolOutcome.Text("Done."),
            ToolOutcome outcome => outcome,
            JsonElement json => new ToolOutcome(json),
            string text => ToolOutcome.Text(text),
            var other => new ToolOutcome(JsonSerializer.SerializeToElement(other, other.GetType(), function.JsonSerializerOptions)),
        };
    }
}
