using System.Net;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>
/// <c>POST /invoke</c>: runs the task in the body and answers how it ended, or its events as they come. The caller's key is not judged here: the
/// run's writes carry it, so the server refuses whoever may not change the task, before the handler is called.
/// </summary>
internal sealed class InvokeEndpoint : IDisposable
{
    private const int LargestBody = 8 << 20;
    private const int LargestRead = 64 << 20;
    private const int BodiesAtOnce = 16;

    private static readonly TimeSpan BodyTakes = TimeSpan.FromSeconds(30);
    private static readonly string[] Required = ["id", "agent_id", "organization_id", "input", "created_at"];

    // Bounds what callers can make this process hold before anything is known of them.
    private readonly SemaphoreSlim _reading = new(BodiesAtOnce);

    public async Task AnswerAsync(HttpListenerContext context, IReadOnlyList<WorkerSession> workers)
    {
        // First of all: a caller whose body is left unread sees a broken connection and not the answer.
        var body = await ReadBodyAsync(context.Request).ConfigureAwait(false);
        if (context.Request.Headers[TasklightHeaders.ApiKey] is not { Length: > 0 } key)
        {
            await context.RefuseAsync(401, $"No API key: send one in the header {TasklightHeaders.ApiKey}.", ErrorCodes.InvalidApiKey).ConfigureAwait(false);
            return;
        }

        if (body is null)
        {
            await context.RefuseAsync(413, $"A task may have {LargestBody >> 20} MiB here.", ErrorCodes.TooLarge).ConfigureAwait(false);
            return;
        }

        if (Read(body, out var task) is { } wrong)
        {
            await context.RefuseAsync(wrong.Code == ErrorCodes.MalformedJson ? 400 : 422, wrong).ConfigureAwait(false);
            return;
        }

        if (workers.FirstOrDefault(worker => worker.AgentId == task.AgentId && worker.OrganizationId == task.OrganizationId) is not { } worker)
        {
            await context.RefuseAsync(403, $"No worker here is of agent '{Shorten(task.AgentId)}'.", ErrorCodes.Forbidden).ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, worker, task, key).ConfigureAwait(false);
    }

    public void Dispose() => _reading.Dispose();

    private static async Task AnswerAsync(HttpListenerContext context, WorkerSession worker, AgentTaskFields task, string key)
    {
        if (worker.IsLeaving)
        {
            await context.NotNowAsync("The worker is leaving.").ConfigureAwait(false);
            return;
        }

        if (!worker.TryBeginInvoke())
        {
            await context.NotNowAsync("As many tasks run here as may.").ConfigureAwait(false);
            return;
        }

        try
        {
            var events = worker.Yields ? new EventReply(context.Response) : null;
            var invocation = new Invocation(events);
            await worker.InvokeAsync(task, key, invocation).ConfigureAwait(false);
            await (events is null || (invocation.Refusal is not null && !events.HasBegun)
                ? AnswerEndAsync(context, invocation)
                : events.SendAsync(Finished(task, invocation)).AsTask()).ConfigureAwait(false);
        }
        finally
        {
            worker.InvokeEnded();
        }
    }

    private static Task AnswerEndAsync(HttpListenerContext context, Invocation invocation) => invocation switch
    {
        { Refusal: { StatusCode: >= 400 and < 500 } refusal } => context.RefuseAsync(refusal.StatusCode, refusal.Description, refusal.Code),
        { Refusal: { } refusal } => context.RefuseAsync(502, refusal.Description),
        { Error: { } error } => context.AnswerAsync(500, ErrorOf(error)),
        { Ended: { } task } => context.AnswerAsync(200, JsonSerializer.SerializeToUtf8Bytes(task, ProtocolJson.Default.AgentTaskFields)),
        _ => context.NotNowAsync(Invocation.LeftText),
    };

    // A stream that has begun always ends with a word about the end.
    private static TaskUpdateEvent Finished(AgentTaskFields asked, Invocation invocation)
    {
        var task = invocation.Ended ?? asked.Clone();
        if (invocation.Ended is null)
        {
            (task.Status, task.Result) = (AgentExecutionStatus.Error, invocation.Refusal?.Description ?? Invocation.LeftText);
            (task.UserTokens, task.UserOidcToken, task.McpServers) = (null, null, []);
        }

        return new TaskUpdateEvent
        {
            Type = TaskEventTypes.TaskFinished,
            TaskId = task.Id,
            OrganizationId = task.OrganizationId,
            Time = task.FinishedAt ?? task.UpdatedAt ?? task.CreatedAt,
            Data = JsonSerializer.SerializeToElement(task, ProtocolJson.Default.AgentTaskFields),
        };
    }

    private static byte[] ErrorOf(string text)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, text);
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    // Null when it is too large.
    private async Task<byte[]?> ReadBodyAsync(HttpListenerRequest request)
    {
        await _reading.WaitAsync().ConfigureAwait(false);
        try
        {
            return await ReadAllAsync(request.InputStream).WaitAsync(BodyTakes).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }

    private static async Task<byte[]?> ReadAllAsync(Stream input)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 << 10];
        long length = 0;
        while (await input.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            length += count;
            if (length <= LargestBody)
            {
                body.Write(buffer, 0, count);
            }
            else if (length > LargestRead)
            {
                throw new IOException($"The body is longer than {LargestRead} bytes.");
            }
        }

        return length <= LargestBody ? body.ToArray() : null;
    }

    // What is wrong with the body; null when the task may be used.
    private static ErrorBody? Read(byte[] body, out AgentTaskFields task)
    {
        task = new AgentTaskFields();
        var fields = WireReader.Parse(body, ProtocolJson.Default.JsonElement);
        if (!fields.IsValid)
        {
            return fields.IsMalformed ? ErrorBody.Of(fields.Errors[0].Msg, ErrorCodes.MalformedJson) : ErrorBody.Of(fields.Errors);
        }

        if (fields.Value.ValueKind != JsonValueKind.Object)
        {
            return ErrorBody.Of([FieldError.InBody(FieldErrorTypes.WrongType, "Expected a task, which is an object.")]);
        }

        var missing = Required.Where(name => !IsThere(fields.Value, name)).Select(name => FieldError.InBody(FieldErrorTypes.Missing, "This field is required.", name)).ToList();
        if (missing.Count > 0)
        {
            return ErrorBody.Of(missing);
        }

        var read = WireReader.Parse(body, ProtocolJson.Default.AgentTaskFields);
        task = read.Value ?? task;
        return read.IsValid ? null : ErrorBody.Of(read.Errors);
    }

    private static bool IsThere(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && !(value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);

    private static string Shorten(string id) => id.Length <= 100 ? id : id[..100] + "…";
}
