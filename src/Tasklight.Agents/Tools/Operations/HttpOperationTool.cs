using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tools.Operations;

/// <summary>
/// An HTTP operation as a tool. Its arguments are written with places when its schema is (<c>body_params</c>, <c>query_params</c>,
/// <c>path_params</c>, <c>headers</c>), otherwise flat: then each goes where the operation wants it.
/// </summary>
internal sealed class HttpOperationTool(AgentTool tool, string name, HttpOperation operation, TaskExtension extension) : RuntimeTool
{
    private readonly bool _hasPlaces = tool.Parameters is { ValueKind: JsonValueKind.Object } schema
        && schema.TryGetProperty("properties", out var properties) && TaskExtension.HasPlaces(properties);

    public override string Name => name;

    public override string Description => tool.FunctionDescription ?? tool.Description ?? tool.Name;

    public override JsonElement Parameters => tool.Parameters is not { ValueKind: JsonValueKind.Object } schema
        ? NoParameters
        : _hasPlaces ? extension.WithoutInPlaces(schema) : extension.Without(schema);

    public override string OperationId => tool.Id;

    internal override string DefinedName => tool.Name;

    public override bool HoldsApproval => tool.RequiresApproval;

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        var payload = _hasPlaces ? call.Arguments : operation.Placed(call.Arguments);
        // One call is one action, however often a crash has it made.
        using var request = operation.RequestOf(extension.IntoPlaces(payload, operation.FlatPlace), $"{call.Task.Id}/{call.CallId}", out var problem);
        return request is null ? ToolOutcome.Error(problem!.Sentence) : await operation.CallAsync(request, ct).ConfigureAwait(false);
    }
}
