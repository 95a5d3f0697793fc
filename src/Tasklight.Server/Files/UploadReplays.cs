using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Api;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Files;

/// <summary>Idempotency of uploads (contract: extensions §2): they are too large to be read before they are stored, so a repeated one is removed again.</summary>
sealed class UploadReplays(IDirectoryStore store, FileStore files, ISecretBox box, TimeProvider time)
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>The answer for an upload that was just received under a key: its own, or that of the upload it repeats.</summary>
    public async ValueTask<IResult> SettleAsync(HttpContext context, IdempotencyKey key, StoredFile file, FileRecord record)
    {
        var hash = await HashAsync(file, context.RequestAborted);
        if (await store.FindReplayAsync(file.Organization, key.Scope, key.Key, context.RequestAborted) is not { } earlier || earlier.CreatedAt <= time.Now() - Kept)
        {
            var answer = JsonSerializer.SerializeToUtf8Bytes(record, ProtocolJson.Default.FileRecord);
            await store.SaveReplayAsync(new StoredReplay(file.Organization, key.Scope, key.Key, hash, StatusCodes.Status201Created, box.Seal(answer), time.Now()));
            return Answers.Json(answer, StatusCodes.Status201Created);
        }

        await files.RemoveAsync(file.Organization, file.Id);
        if (earlier.BodyHash != hash)
            return Answers.Conflict(ErrorCodes.IdempotencyConflict, $"The {TasklightHeaders.IdempotencyKey} of this upload was used before with another file. Use a new key for a new file.");
        context.Response.Headers[TasklightHeaders.IdempotentReplay] = "true";
        return Answers.Json(box.Open(earlier.Answer), earlier.Status);
    }

    async ValueTask<string> HashAsync(StoredFile file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{file.Name}\n{file.ContentType}\n"));
        await using var content = File.OpenRead(files.PathOf(file));
        hash.AppendData(await SHA256.HashDataAsync(content, cancel));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
