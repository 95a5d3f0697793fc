using System.Security.Cryptography;
using System.Text;
using Tasklight.Protocol;
using Tasklight.Server.Api;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Files;

/// <summary>Idempotency of uploads (contract: extensions §2): they are too large to be read before they are stored, so a repeated one is removed again.</summary>
sealed class UploadReplays(Replays replays, FileStore files)
{
    /// <summary>The answer for an upload that was just received under a key: its own, or that of the upload it repeats.</summary>
    public async ValueTask<IResult> SettleAsync(HttpContext context, IdempotencyKey key, StoredFile file, FileRecord record)
    {
        var hash = await HashAsync(file, context.RequestAborted);
        if (await replays.FindAsync(file.Organization, key, context.RequestAborted) is { } earlier)
        {
            await files.RemoveAsync(file.Organization, file.Id);
            return replays.Answer(context, earlier, hash);
        }

        var answer = AsciiJson.Bytes(record, ProtocolJson.Default.FileRecord);
        await replays.KeepAsync(file.Organization, key, hash, StatusCodes.Status201Created, answer);
        return Answers.Json(answer, StatusCodes.Status201Created);
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
