using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tasklight.Agents.Hosting;
using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools.SubAgents;

/// <summary>
/// Has another agent do a piece of work, as a child task, and waits for its end however long that takes. The child's id follows from task and
/// call, so that a call that is made again after a crash finds the same child.
/// </summary>
internal sealed class SubAgentTool(Agent agent, string name, Sdk.Tasks tasks, RunPlace? place) : RuntimeTool
{
    /// <summary>Where child tasks come from.</summary>
    public const string Source = "agent";

    private static readonly JsonElement Schema = JsonElement.Parse(
        """
        {"type":"object","required":["task"],"additionalProperties":false,"properties":{
          "task":{"type":"string","minLength":1,"description":"What to do, with everything that the agent needs to know: it sees nothing of this conversation."},
          "files":{"type":"array","items":{"type":"string"},"description":"Links of files to hand on."}}}
        """);

    public override string Name => name;

    public override string Description => $"Has the agent '{agent.Name}' do a piece of work, and returns its answer. {agent.Description}".TrimEnd();

    public override JsonElement Parameters => Schema;

    public override string OperationId => agent.Id;

    internal override string DefinedName => agent.Name;

    internal override string Origin => $"agent {agent.Id}";

    // The child's own limits count.
    public override TimeSpan? Timeout => System.Threading.Timeout.InfiniteTimeSpan;

    public override async ValueTask<ToolOutcome> InvokeAsync(ToolInvocation call, CancellationToken ct)
    {
        AgentTask child;
        try
        {
            child = await ChildAsync(call, ct).ConfigureAwait(false);
        }
        catch (ModuleException exception) when (exception.StatusCode is 400 or 404 or 409 or 422 && exception is not LeaseLostException)
        {
            return ToolOutcome.Error($"Agent '{agent.Name}' could not be asked: {exception.Description}");
        }

        if (child.ParentExecution != call.Task.Id)
        {
            return ToolOutcome.Error($"Agent '{agent.Name}' could not be asked: the id of the child task, '{child.Id}', belongs to another task.");
        }

        await WaitAsync(child, ct).ConfigureAwait(false);
        return child.Status == AgentExecutionStatus.Completed
            ? ToolOutcome.Text(child.Result ?? "")
            : ToolOutcome.Error($"The work of agent '{agent.Name}' (task {child.Id}) ended as {WordOf(child.Status)}{(string.IsNullOrWhiteSpace(child.Result) ? "." : $": {child.Result}")}");
    }

    // Version 8: made of a hash.
    internal static string IdOf(string taskId, string callId)
    {
        Span<byte> bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{taskId}/{callId}")).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    private static string WordOf(AgentExecutionStatus status) => JsonSerializer.SerializeToElement(status, ProtocolJson.Default.AgentExecutionStatus).GetString()!;

    private async Task WaitAsync(AgentTask child, CancellationToken ct)
    {
        place?.Leave();
        try
        {
            await EndAsync(child, ct).ConfigureAwait(false);
        }
        finally
        {
            await (place?.ReturnAsync(ct) ?? Task.CompletedTask).ConfigureAwait(false);
        }
    }

    private static async Task EndAsync(AgentTask child, CancellationToken ct)
    {
        if (child.Status.IsTerminal())
        {
            return;
        }

        await foreach (var _ in child.EventsAsync(ct).ConfigureAwait(false))
        {
            // The last one is its end; what comes before is told on the child's own stream.
        }

        await child.ReloadAsync(ct).ConfigureAwait(false);
        await child.WaitForCompletionAsync(ct: ct).ConfigureAwait(false);
    }

    private async Task<AgentTask> ChildAsync(ToolInvocation call, CancellationToken ct)
    {
        var id = IdOf(call.Task.Id, call.CallId);
        try
        {
            // First, because a create with the id of a child that has ended would begin its next turn.
            return await tasks.GetAsync(id, ct).ConfigureAwait(false);
        }
        catch (TaskNotFoundException)
        {
            // The server tells of the child in the log of this task: behind the call, not before it.
            await call.Task.FlushAsync(ct).ConfigureAwait(false);
            return await tasks.CreateAsync(agent.Id, Request(id, call), idempotencyKey: id, ct: ct).ConfigureAwait(false);
        }
    }

    private static CreateTaskRequest Request(string id, ToolInvocation call)
    {
        var task = call.Task;
        return new()
        {
            Id = id,
            Input = new()
            {
                Text = call.Arguments.GetProperty("task").GetString(),
                Files = call.Arguments.TryGetProperty("files", out var files) && files.ValueKind == JsonValueKind.Array ? [.. files.EnumerateArray().Select(file => file.GetString()!)] : [],
                User = task.Input.User,
            },
            Source = Source,
            ParentExecutionId = task.Id,
            TriggeringAgentId = task.AgentId,
            EventsStreaming = true,
            Priority = task.Priority,
            PayloadExtension = task.PayloadExtension,
            UserTokens = task.UserTokens,
            UserOidcToken = task.UserOidcToken == SecretMask.Text ? null : task.UserOidcToken,
        };
    }
}
