using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools;

/// <summary>One of the plan tools. It makes no events of its own: the changed plan does.</summary>
internal sealed class PlanTool(string name, string description, JsonElement parameters) : RuntimeTool
{
    /// <summary>The one that asks the user.</summary>
    public const string Question = "xpask_for_information";

    public override string Name => name;

    public override string Description => description;

    public override JsonElement Parameters => parameters;

    public override ToolEvents Events => ToolEvents.None;

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        DeepPlanning plan;
        try
        {
            plan = await call.Task.CallPlanToolAsync(name, WithIds(call), KeyOf(call), ct).ConfigureAwait(false);
        }
        catch (ModuleException exception) when (exception.StatusCode == 422)
        {
            return ToolOutcome.Error(exception.Description);
        }

        return name == Question
            ? new Question(call.Arguments.GetProperty("question").GetString()!)
            : new ToolOutcome(JsonSerializer.SerializeToElement(plan, ProtocolJson.Default.DeepPlanning));
    }

    // New items get the ids that they would get if the call were made again.
    private static JsonElement WithIds(ToolInvocation call)
    {
        var arguments = JsonObject.Create(call.Arguments)!;
        JsonNode[] items = arguments["tasks"] is JsonArray tasks ? [.. tasks.Select(item => item!)] : arguments.ContainsKey("title") && !arguments.ContainsKey("id") ? [arguments] : [];
        foreach (var (place, item) in items.Index())
        {
            item["id"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.CallId}/{place}")).AsSpan(0, 16)).ToString();
        }

        return JsonElement.Parse(arguments.ToJsonString());
    }

    // The same when the call is made again after a crash, so that nothing is planned twice.
    private static string KeyOf(ToolInvocation call) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Task.Id}/{call.CallId}")));
}
