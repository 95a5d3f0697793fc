using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>
/// The first answers of requests with an idempotency key that change no task, kept for a day (contract: extensions §2). They are sealed at
/// rest, because some hold a new secret.
/// </summary>
sealed class Replays(IDirectoryStore store, ISecretBox box, TimeProvider time)
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>The first answer of a key; null when there is none, or it is too old.</summary>
    public async ValueTask<StoredReplay?> FindAsync(string organization, IdempotencyKey key, CancellationToken cancel) =>
        await store.FindReplayAsync(organization, key.Scope, key.Key, cancel) is { } earlier && earlier.CreatedAt > time.Now() - Kept ? earlier : null;

    public ValueTask KeepAsync(string organization, IdempotencyKey key, string bodyHash, int status, byte[] answer) =>
        store.SaveReplayAsync(new StoredReplay(organization, key.Scope, key.Key, bodyHash, status, box.Seal(answer), time.Now()));

    /// <summary>The first answer again; 409 when the body is another one.</summary>
    public IResult Answer(HttpContext context, StoredReplay earlier, string bodyHash)
    {
        if (earlier.BodyHash != bodyHash)
        {
            return Answers.Conflict(ErrorCodes.IdempotencyConflict, $"The {TasklightHeaders.IdempotencyKey} of this request was used before with another body. Use a new key for a new request.");
        }

        context.Response.Headers[TasklightHeaders.IdempotentReplay] = "true";
        var answer = box.Open(earlier.Answer);
        return answer.Length == 0 ? Results.StatusCode(earlier.Status) : Answers.Json(answer, earlier.Status);
    }
}
