using System.Text.Json;

namespace Tasklight.Agents.Tools;

/// <summary>The tools by which a model keeps the task's plan (contract: task-object §9). The server has the plan and tells every change of it, so that people and programs may change it meanwhile.</summary>
internal static class PlanTools
{
    private static readonly JsonElement TasksSchema = JsonElement.Parse(
        """{"type":"object","required":["tasks"],"properties":{"tasks":{"type":"array","minItems":1,"items":{"type":"object","required":["title"],"properties":{"title":{"type":"string","minLength":1}}}}}}""");

    private static readonly JsonElement AddSchema = JsonElement.Parse(
        """{"type":"object","required":["title"],"properties":{"title":{"type":"string","minLength":1},"completed":{"type":"boolean"}}}""");

    private static readonly JsonElement UpdateSchema = JsonElement.Parse(
        """{"type":"object","required":["id"],"properties":{"id":{"type":"string"},"title":{"type":"string","minLength":1},"completed":{"type":"boolean"}}}""");

    private static readonly JsonElement IdSchema = JsonElement.Parse("""{"type":"object","required":["id"],"properties":{"id":{"type":"string"}}}""");

    private static readonly JsonElement IdsSchema = JsonElement.Parse(
        """{"type":"object","required":["ids"],"properties":{"ids":{"type":"array","minItems":1,"items":{"type":"string"}}}}""");

    private static readonly JsonElement QuestionSchema = JsonElement.Parse(
        """{"type":"object","required":["question"],"properties":{"question":{"type":"string","minLength":1}}}""");

    private static readonly JsonElement Nothing = JsonElement.Parse("""{"type":"object","properties":{}}""");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RuntimeTool> All { get; } =
    [
        new PlanTool("xpcreate_agent_plan", "Sets the plan: its items in the order in which they are to be done. A plan that was there is replaced.", TasksSchema),
        new PlanTool("xpget_agent_plan", "Shows the plan with the ids of its items.", Nothing),
        new PlanTool("xpadd_new_agent_plan_item", "Adds an item at the end of the plan.", AddSchema),
        new PlanTool("xpupdate_agent_plan_item", "Changes an item's title, or whether it is done.", UpdateSchema),
        new PlanTool("xpdelete_agent_plan_item", "Removes an item from the plan.", IdSchema),
        new PlanTool("xpcomplete_agent_plan_items", "Marks items as done, as soon as they are.", IdsSchema),
        new PlanTool("xpstart_execution_plan", "Starts the work on the plan, once it is complete.", Nothing),
        new PlanTool(PlanTool.Question, "Asks the user a question and pauses the work until they answer.", QuestionSchema),
    ];
}
