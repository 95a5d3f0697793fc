using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>An event as the client yields it. Data of the types that begin with <c>task</c> is a task when it parses as one.</summary>
sealed record BaselineEvent(string Type, string TaskId, string OrganizationId, string Time, BaselineTask? Task, JsonNode? Data, string Id)
{
    /// <summary>Reads one frame; a <see cref="ModelException"/> is where the client would raise and end the stream.</summary>
    public static BaselineEvent Read(SseEvent sse, BaselineClient client)
    {
        JsonNode? sent;
        try
        {
            sent = JsonNode.Parse(sse.Data);
        }
        catch (System.Text.Json.JsonException)
        {
            throw new ModelException($"an event without JSON: '{sse.Data}'");
        }

        var read = Models.Event.Read(sent);
        var type = read["type"]!.GetValue<string>();
        var task = type.StartsWith("task", StringComparison.Ordinal) ? TryTask(read["data"], client) : null;
        return new(
            type,
            read["task_id"]!.GetValue<string>(),
            read["organization_id"]!.GetValue<string>(),
            read["time"]!.GetValue<string>(),
            task,
            task is null ? read["data"] : null,
            sse.Id);
    }

    static BaselineTask? TryTask(JsonNode? data, BaselineClient client)
    {
        try
        {
            return BaselineTask.FromAnswer(data, client);
        }
        catch (ModelException)
        {
            return null;
        }
    }
}
