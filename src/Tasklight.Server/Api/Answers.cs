using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>The one place where outcomes become HTTP: every handler answers with what it finds here.</summary>
static class Answers
{
    public const string JsonType = "application/json";

    static readonly byte[] OkBody = [.. """{"ok":true}"""u8];

    /// <summary>200 <c>{"ok": true}</c>, for calls whose answer nobody reads.</summary>
    public static IResult Ok { get; } = new BytesAnswer(StatusCodes.Status200OK, OkBody);

    /// <summary>204 without a body.</summary>
    public static IResult Nothing { get; } = Results.NoContent();

    /// <summary>A value of the protocol.</summary>
    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) => new JsonAnswer<T>(status, value, type);

    /// <summary>JSON that is already bytes.</summary>
    public static IResult Json(ReadOnlyMemory<byte> json, int status = StatusCodes.Status200OK) => new BytesAnswer(status, json);

    /// <summary>An error with a sentence for people and a stable word for programs.</summary>
    public static IResult Error(int status, string code, string detail) => new ErrorAnswer(status, ErrorBody.Of(detail, code));

    /// <summary>An error that names fields.</summary>
    public static IResult Error(int status, IReadOnlyList<FieldError> fields) => new ErrorAnswer(status, ErrorBody.Of(fields));

    /// <summary>
    /// A body that cannot be taken. The SDK surface tells malformed JSON and missing fields (400) from wrong ones (422), REST calls all of
    /// them 422 (contract: sdk-http §4, rest-v1 §1).
    /// </summary>
    public static IResult Unreadable(HttpContext context, ProtocolException problem)
    {
        var isBadRequest = !Surface.IsRest(context) && (problem.IsMalformed || problem.Errors.All(static error => error.Type == FieldErrorTypes.Missing));
        var status = isBadRequest ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity;
        return problem.IsMalformed && isBadRequest ? Error(status, ErrorCodes.MalformedJson, problem.Errors[0].Msg) : Error(status, problem.Errors);
    }

    /// <summary>404. What belongs to another organization gets the same answer as what does not exist.</summary>
    public static IResult NotFound(string what, string id) =>
        Error(StatusCodes.Status404NotFound, ErrorCodes.NotFound, $"There is no {what} '{Shorten(id)}' in this organization.");

    /// <inheritdoc cref="NotFound"/>
    public static IResult NoTask(string id) => NotFound("task", id);

    /// <inheritdoc cref="NotFound"/>
    public static IResult NoAgent(string id) => NotFound("agent", id);

    public static IResult Conflict(string code, string detail) => Error(StatusCodes.Status409Conflict, code, detail);

    /// <summary>501: a route of the contract that this server does not serve.</summary>
    public static IResult NotImplemented(string detail) => Error(StatusCodes.Status501NotImplemented, ErrorCodes.NotConfigured, detail);

    /// <summary>The answer to a command that was refused.</summary>
    public static IResult Refused(TaskDecision.Refusal refusal) => Error(StatusOf(refusal.Reason), refusal.Code, refusal.Detail);

    public static int StatusOf(RefusalReason reason) => reason switch
    {
        RefusalReason.NotFound => StatusCodes.Status404NotFound,
        RefusalReason.Conflict or RefusalReason.LeaseLost => StatusCodes.Status409Conflict,
        RefusalReason.Forbidden => StatusCodes.Status403Forbidden,
        RefusalReason.Invalid => StatusCodes.Status422UnprocessableEntity,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "This refusal has no HTTP status."),
    };

    /// <summary>The answer to a command whose caller wants to see the task after it.</summary>
    public static IResult Of(HttpContext context, TaskOutcome outcome)
    {
        Announce(context, outcome);
        return outcome.Decision switch
        {
            TaskDecision.Change change => Task(change.Task),
            TaskDecision.Refusal refusal => Refused(refusal),
            var other => throw new ArgumentException($"A decision is a change or a refusal, not {other.GetType().Name}.", nameof(outcome)),
        };
    }

    /// <summary>The answer to a command whose caller only wants to know that it was done.</summary>
    public static IResult Of(HttpContext context, TaskOutcome outcome, IResult done)
    {
        Announce(context, outcome);
        return outcome.Decision is TaskDecision.Refusal refusal ? Refused(refusal) : done;
    }

    /// <summary>A task. On the SDK surface a caller with scope worker sees its secrets, everybody else null or the mask.</summary>
    public static IResult Task(TaskRecord task) => new TaskAnswer(task);

    /// <summary>Sends a JSON body whole, with its length. The bytes may be reused once this returns.</summary>
    public static async ValueTask WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = JsonType;
        response.ContentLength = json.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        await response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>A caller's own text in a message: long ids are cut, so that an answer is never an echo of a megabyte.</summary>
    public static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "…");

    static void Announce(HttpContext context, TaskOutcome outcome)
    {
        var headers = context.Response.Headers;
        if (outcome.Replayed)
        {
            headers[TasklightHeaders.IdempotentReplay] = "true";
        }

        if (outcome.Decision is TaskDecision.Change { Ignored: { IsDefaultOrEmpty: false } ignored })
        {
            headers[TasklightHeaders.Ignored] = Names(ignored);
        }
    }

    static string Names(ImmutableArray<string> fields) => string.Join(", ", fields);
}
