using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Http;

/// <summary>Reads answers, and says in words what is wrong with those that are not what was asked for.</summary>
internal static class Answers
{
    private const int LongestShown = 500;

    public static T Read<T>(ApiRequest request, Answer answer, JsonTypeInfo<T> type)
    {
        if (!answer.IsJson)
        {
            throw NotTheContract(request, answer, null);
        }

        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw NotTheContract(request, answer, null);
        }
        catch (JsonException exception)
        {
            throw NotTheContract(request, answer, exception);
        }
    }

    /// <summary>For answers of which nothing but the success counts: a page is a proxy's, and nothing was taken.</summary>
    public static Answer Taken(ApiRequest request, Answer answer) => answer.IsPage ? throw NotTheContract(request, answer, null) : answer;

    public static ModuleException Failure(ApiRequest request, Answer answer)
    {
        var (detail, code, origin) = Detail(answer);
        var description = $"Could not {request.What}: {WithAdvice(detail, request.IsForeign ? "" : Advice(answer.Status, code))}";
        return answer.Status switch
        {
            _ when answer.IsSuccess => NotTheContract(request, answer, null),
            404 when request.IsAboutTask => new TaskNotFoundException(description) { Code = code, Origin = origin },
            409 when code == ErrorCodes.LeaseLost => new LeaseLostException(description) { Code = code },
            409 when request.IsAboutTask => new TaskConflictException(description) { Code = code, Origin = origin },
            _ => new ModuleException(answer.Status, description)
            {
                Code = code,
                IsTransient = answer.Status is 408 or 429 or 502 or 503 or 504,
                Origin = IsAboutRequest(answer.Status) ? AnswerOrigin.Server : origin,
                RetryAfter = answer.RetryAfter,
            },
        };
    }

    public static ModuleException NoConnection(ApiRequest request, Uri url, Exception exception) => new(
        500,
        $"Could not {request.What}: no connection to {url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)} ({exception.GetBaseException().Message}). "
        + (request.IsForeign ? "" : "Is the server running, and is the base URL right?"),
        exception)
    {
        IsTransient = true,
    };

    private static ModuleException NotTheContract(ApiRequest request, Answer answer, Exception? exception) => new(
        500,
        $"Could not {request.What}: the answer (status {answer.Status}) is not the contract's{(exception is JsonException { Path.Length: > 1 } odd ? $" at {odd.Path}" : "")}. "
        + $"Does the base URL lead to a Tasklight server? It begins: {Shown(answer.Body)}",
        exception)
    {
        Origin = answer.IsJson ? AnswerOrigin.Server : AnswerOrigin.SomebodyElse,
    };

    // Whoever says so says it again: a proxy that takes no large bodies, say.
    private static bool IsAboutRequest(int status) => status is 400 or 413 or 414 or 415 or 422 or 431;

    // {"detail": "text", "code": "word"}, or a list of field errors under detail; anything else is shown as it is.
    private static (string Detail, string? Code, AnswerOrigin Origin) Detail(Answer answer)
    {
        var body = answer.IsJson ? TryParse(answer.Body) : null;
        if (body is { ValueKind: JsonValueKind.Object } error && error.TryGetProperty("detail", out var detail))
        {
            var code = error.TryGetProperty("code", out var word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;
            return (detail.ValueKind switch
            {
                JsonValueKind.String => detail.GetString()!,
                JsonValueKind.Array => string.Join("; ", detail.EnumerateArray().Select(FieldError)),
                _ => detail.GetRawText(),
            }, code, AnswerOrigin.Server);
        }

        return (
            answer.Body.Length == 0 ? $"the server answered {answer.Status} without a word" : Shown(answer.Body),
            null,
            body is { ValueKind: JsonValueKind.Object } ? AnswerOrigin.Unknown : AnswerOrigin.SomebodyElse);
    }

    private static string FieldError(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object || !error.TryGetProperty("msg", out var message))
        {
            return error.GetRawText();
        }

        var where = error.TryGetProperty("loc", out var path) && path.ValueKind == JsonValueKind.Array ? string.Join('.', path.EnumerateArray()) : "";
        return where.Length == 0 ? message.ToString() : $"{where}: {message}";
    }

    private static JsonElement? TryParse(byte[] body)
    {
        try
        {
            return JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string WithAdvice(string detail, string advice) =>
        advice.Length > 0 && detail.Length > 0 && char.IsLetterOrDigit(detail[^1]) ? $"{detail}.{advice}" : detail + advice;

    private static string Advice(int status, string? code) => status switch
    {
        >= 300 and < 400 => " Redirects are not followed: set the base URL to where the server is.",
        401 => " Check the API key: none arrived, or the server does not know it.",
        403 => " Check the API key, its scopes and the organization id.",
        404 => " Check the id, and that the API key belongs to its organization.",
        408 => " The request came in too slowly; try again.",
        409 => AdviceOnConflict(code),
        413 => " Send less, or raise the limit on the server.",
        422 => " Correct what is named.",
        429 => " Wait, then try again.",
        502 or 503 or 504 => " The server is starting, stopping or overloaded; try again.",
        >= 500 => " The server failed; its log says why.",
        _ => "",
    };

    private static string AdviceOnConflict(string? code) => code switch
    {
        ErrorCodes.LeaseLost => " Stop this run: the task is another run's by now, or was stopped.",
        ErrorCodes.TurnOpen => " Wait until the present turn has ended, or stop it, then ask again; without an id a new task is made.",
        ErrorCodes.IdTaken => " Use another id, or the agent that the task belongs to.",
        ErrorCodes.IdempotencyConflict => " Use a new idempotency key for another request.",
        ErrorCodes.ApprovalMismatch => " Load the task and decide on what it waits for now.",
        ErrorCodes.StreamingDisabled => $" Create the task with {nameof(CreateTaskRequest.EventsStreaming)} = true.",
        ErrorCodes.EnvironmentConflict => " Use an agent that is made for this environment.",
        _ => " Load the task, look at its status, and ask for what that allows.",
    };

    private static string Shown(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, LongestShown));
        return body.Length > LongestShown ? text + "…" : text;
    }
}
