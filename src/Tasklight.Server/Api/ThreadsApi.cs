using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Events;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The conversation of a task, and of its sub-tasks, as messages (contract: rest-v1 §3).</summary>
static class ThreadsApi
{
    /// <summary>Levels of sub-tasks that a full thread shows.</summary>
    public const int MaxDepth = 8;

    /// <summary>Tasks that a full thread shows, the nearest to the root first.</summary>
    public const int MaxTasks = 500;

    public static void MapThreads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/tasks/{task_id}/thread", GetAsync).RequireScope(Scope.TasksRead).WithTags("Threads")
            .Describe("getThread", "The messages of a task, all turns").Gives<IReadOnlyList<ThreadMessage>>().Fails(404);
        routes.MapGet("/v1/tasks/{task_id}/thread/full", GetFullAsync).RequireScope(Scope.TasksRead).WithTags("Threads")
            .Describe("getFullThread", "The messages of a task with their tool calls, and those of its sub-tasks")
            .Gives<IReadOnlyDictionary<string, IReadOnlyList<ThreadMessage>>>().Fails(404);
    }

    static async Task<IResult> GetAsync(HttpContext context, ITaskStore store, ActivityLog log)
    {
        var (organization, id) = (context.Caller().Organization, context.Part("task_id"));
        if (await store.FindAsync(organization, id, context.RequestAborted) is null)
        {
            return Answers.NoTask(id);
        }

        var activity = await log.ReadAsync(organization, id, messagesOnly: true, context.RequestAborted);
        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer, AsciiJson.WriterOptions))
        {
            Write(writer, ThreadFold.Plain(activity));
        }

        await Answers.WriteAsync(context, StatusCodes.Status200OK, buffer.Written);
        return Results.Empty;
    }

    static async Task<IResult> GetFullAsync(HttpContext context, ITaskStore store, ActivityLog log)
    {
        var (organization, id, cancel) = (context.Caller().Organization, context.Part("task_id"), context.RequestAborted);
        if (await store.FindAsync(organization, id, cancel) is null)
        {
            return Answers.NoTask(id);
        }

        using var buffer = new PooledBuffer();
        using (var writer = new Utf8JsonWriter(buffer, AsciiJson.WriterOptions))
        {
            writer.WriteStartObject();
            var seen = new HashSet<string>(StringComparer.Ordinal) { id };
            var waiting = new Queue<(string Id, int Depth)>([(id, 0)]);
            while (waiting.TryDequeue(out var next))
            {
                if (await store.FindAsync(organization, next.Id, cancel) is not { } task)
                {
                    continue;
                }

                writer.WritePropertyName(next.Depth == 0 ? "root" : next.Id);
                Write(writer, ThreadFold.Full(await log.ReadAsync(organization, next.Id, messagesOnly: false, cancel)));
                foreach (var child in task.Fields.SubExecutions)
                {
                    if (next.Depth < MaxDepth && seen.Count < MaxTasks && seen.Add(child))
                    {
                        waiting.Enqueue((child, next.Depth + 1));
                    }
                }
            }

            writer.WriteEndObject();
        }

        await Answers.WriteAsync(context, StatusCodes.Status200OK, buffer.Written);
        return Results.Empty;
    }

    static void Write(Utf8JsonWriter writer, List<ThreadMessage> messages)
    {
        writer.WriteStartArray();
        foreach (var message in messages)
        {
            JsonSerializer.Serialize(writer, message, ProtocolJson.Default.ThreadMessage);
        }

        writer.WriteEndArray();
    }
}
