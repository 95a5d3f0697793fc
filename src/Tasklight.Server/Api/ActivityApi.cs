using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The activity thread of a task (contract: events §8).</summary>
static class ActivityApi
{
    public static void MapActivity(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/activity/{agent_id}/{task_id}", GetAsync).RequireScope(Scope.TasksRead).WithTags("SDK: events")
            .Describe("getActivity", "What happened in a task, for people to read").Gives<AgentActivityThread>().Fails(404);

    static async Task<IResult> GetAsync(HttpContext context, ITaskStore store, ActivityLog log)
    {
        var (organization, agent, id) = (context.Caller().Organization, context.Part("agent_id"), context.Part("task_id"));
        if (await store.FindAsync(organization, id, context.RequestAborted) is not { } task)
        {
            return Answers.NoTask(id);
        }

        if (task.Fields.AgentId != agent)
        {
            return Answers.NotFound($"task of agent '{Answers.Shorten(agent)}' by the id", id);
        }

        var activity = await log.ReadAsync(organization, id, messagesOnly: false, context.RequestAborted);
        return Answers.Json(activity.Thread, ProtocolJson.Default.AgentActivityThread);
    }
}
