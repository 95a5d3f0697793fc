using Tasklight.Protocol;
using Tasklight.Server.Api;
using Tasklight.Server.Hosting;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Files;

/// <summary>Uploaded files: the bytes on disk, the record in the store. A record exists only for bytes that are safely on disk.</summary>
sealed class FileStore(DataDirectory data, IDirectoryStore store, LimitOptions limits, TimeProvider time)
{
    const int BufferSize = 128 * 1024;

    /// <summary>Ends the name of a file that is still being received.</summary>
    const string Partial = ".part";

    string Folder => data.File("files");

    public ValueTask<StoredFile?> FindAsync(string organization, string id, CancellationToken cancel) => store.FindFileAsync(organization, id, cancel);

    public string PathOf(StoredFile file) => Path.Combine(Folder, file.Id);

    /// <summary>Takes a stream in. After the return the file survives a power cut.</summary>
    /// <exception cref="RequestRefusedException">413: it is longer than the limit; nothing is left of it.</exception>
    /// <exception cref="StoreUnavailableException">The disk did not take it; nothing is left of it.</exception>
    public async ValueTask<StoredFile> ReceiveAsync(string organization, string name, string contentType, Stream content, TimeSpan lifetime, CancellationToken cancel)
    {
        var id = Guid.NewGuid().ToString();
        var path = Path.Combine(Folder, id);
        var kept = false;
        try
        {
            var size = await WriteAsync(path + Partial, content, cancel);
            File.Move(path + Partial, path);
            var now = time.GetUtcNow();
            var file = new StoredFile(organization, id, name, contentType, size, now, now + lifetime);
            await store.AddFileAsync(file);
            kept = true;
            return file;
        }
        finally
        {
            if (!kept)
            {
                File.Delete(path + Partial);
                File.Delete(path);
            }
        }
    }

    /// <summary>Forgets the file. False when there is none.</summary>
    public async ValueTask<bool> RemoveAsync(string organization, string id)
    {
        if (!await store.RemoveFileAsync(organization, id))
            return false;
        File.Delete(Path.Combine(Folder, id));
        return true;
    }

    /// <summary>Removes files past their time, at most some; returns how many.</summary>
    public async ValueTask<int> RemoveExpiredAsync(int limit, CancellationToken cancel)
    {
        var expired = await store.ExpiredFilesAsync(time.GetUtcNow(), limit, cancel);
        foreach (var file in expired)
            await RemoveAsync(file.Organization, file.Id);
        return expired.Count;
    }

    /// <summary>Removes what uploads left that were cut off by the end of the process. Only before the first upload.</summary>
    public void RemovePartial()
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (var path in Directory.EnumerateFiles(Folder, "*" + Partial))
            File.Delete(path);
    }

    async ValueTask<long> WriteAsync(string path, Stream content, CancellationToken cancel)
    {
        await using var file = OnDisk(() =>
        {
            Directory.CreateDirectory(Folder);
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        });
        var buffer = new byte[BufferSize];
        long size = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, cancel)) > 0)
        {
            size += read;
            if (size > limits.File)
                throw TooLarge();
            OnDisk(() =>
            {
                file.Write(buffer, 0, read);
                return true;
            });
        }

        OnDisk(() =>
        {
            file.Flush(flushToDisk: true);
            return true;
        });
        return size;
    }

    public RequestRefusedException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, ErrorCodes.TooLarge, $"The file is larger than this server takes: at most {limits.File} bytes (setting limits-file).");

    /// <summary>A fault of the disk is told apart from one of the client's connection, which is an IOException too.</summary>
    static TResult OnDisk<TResult>(Func<TResult> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The file could not be stored: {problem.Message}", problem);
        }
    }
}
