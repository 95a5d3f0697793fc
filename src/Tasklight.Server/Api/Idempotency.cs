using System.Security.Cryptography;
using Tasklight.Protocol;
using Tasklight.Server.Lifecycle;

namespace Tasklight.Server.Api;

/// <summary>Reads <c>Idempotency-Key</c> (contract: extensions §2).</summary>
static class Idempotency
{
    public const int LongestKey = 255;

    static readonly string EmptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    /// <summary>The request's key in its scope; null when none was sent.</summary>
    /// <exception cref="RequestRefusedException">422: the key is empty or too long.</exception>
    public static IdempotencyKey? Of(HttpContext context, RequestBody? body)
    {
        if (!context.Request.Headers.TryGetValue(TasklightHeaders.IdempotencyKey, out var sent))
        {
            return null;
        }

        var key = sent.ToString();
        if (key.Length is 0 or > LongestKey)
        {
            throw new RequestRefusedException(
                StatusCodes.Status422UnprocessableEntity,
                new FieldError
                {
                    Loc = ["header", TasklightHeaders.IdempotencyKey],
                    Msg = $"{TasklightHeaders.IdempotencyKey} has {key.Length} characters; 1 to {LongestKey} are allowed.",
                    Type = FieldErrorTypes.NotAllowed,
                });
        }

        return new IdempotencyKey(key, $"{context.Request.Method} {context.Request.Path.Value}", body is null ? EmptyHash : body.Hash());
    }
}
