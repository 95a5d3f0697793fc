using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Server.Api;

/// <summary>What handlers read from a request.</summary>
static class RequestExtensions
{
    /// <summary>A part of the path, by its name in the route's pattern.</summary>
    public static string Part(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A header's text; null when it was not sent or is empty.</summary>
    public static string? Header(this HttpContext context, string name) =>
        context.Request.Headers.TryGetValue(name, out var sent) && sent.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A query value; null when it was not sent or is empty.</summary>
    public static string? Query(this HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var sent) && sent.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A whole number in the query.</summary>
    /// <exception cref="RequestRefusedException">422: it is no whole number, or out of range.</exception>
    public static int? QueryNumber(this HttpContext context, string name, int lowest, int highest)
    {
        if (context.Query(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, out var number) && number >= lowest && number <= highest
            ? number
            : throw Refuse(name, $"'{Answers.Shorten(text)}' is not a whole number from {lowest} to {highest}.");
    }

    /// <summary>A time in the query: ISO 8601 or unix seconds.</summary>
    /// <exception cref="RequestRefusedException">422: it is no time.</exception>
    public static DateTimeOffset? QueryTime(this HttpContext context, string name)
    {
        if (context.Query(name) is not { } text)
        {
            return null;
        }

        // A plus that the client did not escape arrives as a space.
        return WireTime.TryParse(text, out var time) || WireTime.TryParse(text.Replace(' ', '+'), out time)
            ? time
            : throw Refuse(name, $"'{Answers.Shorten(text)}' is not a time; ISO 8601 is, like 2026-05-13T10:12:04Z.");
    }

    /// <summary>A body read whole and parsed.</summary>
    /// <exception cref="ProtocolException">It is no JSON, or breaks the rules of its type.</exception>
    public static T Parse<T>(this RequestBody body, JsonTypeInfo<T> type) => WireReader.Parse(body.Bytes, type).GetOrThrow();

    public static RequestRefusedException Refuse(string queryName, string message) =>
        new(StatusCodes.Status422UnprocessableEntity, FieldError.InQuery(FieldErrorTypes.NotAllowed, message, queryName));
}
