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

    internal override string Origin => $"operation {tool.Id}";

    // What the task gives may be more than the schema knows.
    internal override JsonElement CompleteParameters => extension.IsEmpty ? Parameters : NoParameters;

    public override bool HoldsApproval => tool.RequiresApproval;

    private bool TakesPlaces => _hasPlaces || !extension.IsEmpty;

    // An extension may say where each of its values goes, so with one the whole payload does.
    internal override JsonElement Complete(JsonElement arguments) =>
        TakesPlaces ? extension.IntoPlaces(_hasPlaces ? arguments : operation.Placed(arguments), operation.FlatPlace) : arguments;

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        var payload = TakesPlaces ? call.Arguments : operation.Placed(call.Arguments);
        // One call is one action, however often a crash has it made.
        using var request = operation.RequestOf(payload, $"{call.Task.Id}/{call.CallId}", out var problem);
        return request is null ? ToolOutcome.Error(problem!.Sentence) : await operation.CallAsync(request, ct).ConfigureAwait(false);
    }
}
