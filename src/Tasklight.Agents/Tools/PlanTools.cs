using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools;

/// <summary>The tools by which a model keeps the task's plan (contract: task-object §9). Each change is saved with the task, which tells it. They follow each other: the plan has one writer.</summary>
#pragma warning disable CA1001 // The gate is never waited for by a handle, so there is nothing to dispose.
internal sealed class PlanTools
#pragma warning restore CA1001
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

    private readonly SemaphoreSlim _gate = new(1);

    private PlanTools()
    {
    }

    /// <summary>The tools for one run.</summary>
    public static IReadOnlyList<RuntimeTool> All()
    {
        var plan = new PlanTools();
        return
        [
            plan.Tool("xpcreate_agent_plan", "Sets the plan: its items in the order in which they are to be done. A plan that was there is replaced.", TasksSchema, static call => new PlanChange.Create(
                [.. call.Arguments.GetProperty("tasks").EnumerateArray().Select((item, place) => new DeepPlanningItem { Id = IdOf(call, place), Title = Text(item, "title") })])),
            plan.Tool("xpget_agent_plan", "Shows the plan with the ids of its items.", Nothing, static _ => null),
            plan.Tool("xpadd_new_agent_plan_item", "Adds an item at the end of the plan.", AddSchema, static call => new PlanChange.Add(
                new DeepPlanningItem { Id = IdOf(call, 0), Title = Text(call.Arguments, "title"), Completed = Flag(call.Arguments) ?? false })),
            plan.Tool("xpupdate_agent_plan_item", "Changes an item's title, or whether it is done.", UpdateSchema, static call => new PlanChange.Update(
                Text(call.Arguments, "id"), call.Arguments.TryGetProperty("title", out var title) && title.ValueKind == JsonValueKind.String ? title.GetString() : null, Flag(call.Arguments))),
            plan.Tool("xpdelete_agent_plan_item", "Removes an item from the plan.", IdSchema, static call => new PlanChange.Delete(Text(call.Arguments, "id"))),
            plan.Tool("xpcomplete_agent_plan_items", "Marks items as done, as soon as they are.", IdsSchema, static call => new PlanChange.Complete(
                [.. call.Arguments.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)])),
            plan.Tool("xpstart_execution_plan", "Starts the work on the plan, once it is complete.", Nothing, static _ => new PlanChange.Start()),
            new PlanTool("xpask_for_information", "Asks the user a question and pauses the work until they answer.", QuestionSchema, Ask),
        ];
    }

    private static ValueTask<ToolOutcome> Ask(ToolInvocation call, CancellationToken ct) => ValueTask.FromResult<ToolOutcome>(new Question(Text(call.Arguments, "question")));

    private static string Text(JsonElement arguments, string name) => arguments.GetProperty(name).GetString()!;

    private static bool? Flag(JsonElement arguments) =>
        arguments.TryGetProperty("completed", out var completed) && completed.ValueKind is JsonValueKind.True or JsonValueKind.False ? completed.GetBoolean() : null;

    // The same when the call is made again after a crash, so that nothing is planned twice.
    private static string IdOf(ToolInvocation call, int place) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.CallId}/{place}")).AsSpan(0, 16)).ToString();

    private PlanTool Tool(string name, string description, JsonElement parameters, Func<ToolInvocation, PlanChange?> read) =>
        new(name, description, parameters, (call, ct) => ChangeAsync(call, read(call), ct));

    private async ValueTask<ToolOutcome> ChangeAsync(ToolInvocation call, PlanChange? change, CancellationToken ct)
    {
        await _gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var (plan, problem) = change?.ApplyTo(call.Task.DeepPlanning) ?? (call.Task.DeepPlanning, null);
            if (problem is not null)
            {
                return ToolOutcome.Error(problem);
            }

            if (plan != call.Task.DeepPlanning)
            {
                await SaveAsync(call.Task, plan, ct).ConfigureAwait(false);
            }

            return new ToolOutcome(JsonSerializer.SerializeToElement(plan, ProtocolJson.Default.DeepPlanning));
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task SaveAsync(AgentTask task, DeepPlanning plan, CancellationToken ct)
    {
        var before = task.DeepPlanning;
        task.DeepPlanning = plan;
        try
        {
            await task.SaveAsync(withDeepPlanUpdate: true, ct).ConfigureAwait(false);
        }
        catch (ModuleException)
        {
            task.DeepPlanning = before;
            throw;
        }
    }
}
