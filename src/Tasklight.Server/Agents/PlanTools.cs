using System.Text.Json;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.Server.Agents;

/// <summary>The plan tools of the contract (task-object §9): how they are shown to clients, and what their payload means.</summary>
static class PlanTools
{
    public const string Get = "xpget_agent_plan";

    /// <summary>All of them, as tools of an agent that plans: those of the agent runtime, with their parameters under <c>body_params</c>.</summary>
    public static readonly IReadOnlyList<AgentTool> All = [.. Tasklight.Agents.Tools.PlanTools.All.Select(Shown)];

    /// <summary>The name of a plan tool as it is spelled today; null when it is none. Older clients write hyphens, and the singular of one.</summary>
    public static string? NameOf(string tool)
    {
        var name = tool.Replace('-', '_');
        name = name == "xpcomplete_agent_plan_item" ? "xpcomplete_agent_plan_items" : name;
        return All.Any(known => known.Id == name) ? name : null;
    }

    /// <summary>What a call of one of the tools, except <see cref="Get"/>, changes.</summary>
    /// <exception cref="ProtocolException">The payload does not fit; the message names the parameter.</exception>
    public static PlanChange Read(string name, JsonElement parameters) => name switch
    {
        "xpcreate_agent_plan" => new PlanChange.Create(Apart([.. List(parameters, "tasks").Select((item, place) => Item(item, ["tasks", place]))])),
        "xpadd_new_agent_plan_item" => new PlanChange.Add(Item(parameters, [])),
        "xpupdate_agent_plan_item" => new PlanChange.Update(Text(parameters, ["id"]), IsGiven(parameters, "title") ? Text(parameters, ["title"]) : null, Flag(parameters, ["completed"])),
        "xpdelete_agent_plan_item" => new PlanChange.Delete(Text(parameters, ["id"])),
        "xpcomplete_agent_plan_items" => new PlanChange.Complete(parameters.TryGetProperty("ids", out _)
            ? [.. List(parameters, "ids").Select((id, place) => id.ValueKind == JsonValueKind.String ? id.GetString()! : throw Wrong("Expected a text.", "ids", place))]
            : [Text(parameters, ["id"])]),
        "xpstart_execution_plan" => new PlanChange.Start(),
        "xpask_for_information" => new PlanChange.Ask(Text(parameters, ["question"])),
        _ => throw new ArgumentException($"'{name}' changes no plan.", nameof(name)),
    };

    static DeepPlanningItem Item(JsonElement item, IReadOnlyList<object> path) => item.ValueKind == JsonValueKind.Object
        ? new() { Id = IdOf(item), Title = Text(item, [.. path, "title"]), Completed = Flag(item, [.. path, "completed"]) ?? false }
        : throw Wrong("Expected an object with a title.", [.. path]);

    // A caller that repeats itself names its items; what models call an id is mostly none.
    static string IdOf(JsonElement item) => Optional(item, "id", JsonValueKind.String) is { } id && id.TryGetGuid(out var given) ? given.ToString() : Guid.NewGuid().ToString();

    static List<DeepPlanningItem> Apart(List<DeepPlanningItem> items) =>
        items.DistinctBy(item => item.Id).Count() == items.Count ? items : throw Wrong("Expected items with ids of their own.", "tasks");

    static List<JsonElement> List(JsonElement parameters, string name) =>
        Optional(parameters, name, JsonValueKind.Array) is { } list && list.GetArrayLength() is > 0 and <= PlanChange.MostItems
            ? [.. list.EnumerateArray()]
            : throw Wrong($"Expected a list of 1 to {PlanChange.MostItems}.", name);

    static string Text(JsonElement parameters, IReadOnlyList<object> path) =>
        Optional(parameters, (string)path[^1], JsonValueKind.String)?.GetString() is { Length: > 0 } text && !string.IsNullOrWhiteSpace(text) ? text : throw Wrong("Field required: a text that is not empty.", [.. path]);

    static bool? Flag(JsonElement parameters, IReadOnlyList<object> path)
    {
        if (!IsGiven(parameters, (string)path[^1]))
            return null;
        var value = parameters.GetProperty((string)path[^1]);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong("Expected true or false.", [.. path]);
    }

    static bool IsGiven(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    static JsonElement? Optional(JsonElement parameters, string name, JsonValueKind kind) =>
        parameters.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : null;

    static ProtocolException Wrong(string sentence, params IEnumerable<object> path) =>
        new([FieldError.InBody(FieldErrorTypes.NotAllowed, sentence, ["body_params", .. path])], isMalformed: false);

    static AgentTool Shown(RuntimeTool tool) => new()
    {
        Id = tool.Name,
        Name = tool.Name,
        Method = "POST",
        Path = "/" + tool.Name,
        Description = tool.Description,
        FunctionDescription = tool.Description,
        Parameters = JsonElement.Parse($$"""{"type": "object", "properties": {"body_params": {{tool.Parameters.GetRawText()}}}, "required": ["body_params"]}"""),
    };
}
