namespace Tasklight.Server.Hosting;

/// <summary>The server's directory, held by one process at a time. The lock is the operating system's: it ends with the process, however that ends.</summary>
sealed class DataDirectory : IDisposable
{
    readonly FileStream _lock;

    DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the directory when missing and takes it; throws <see cref="StartupException"/> when another process holds it or it cannot be written.</summary>
    public static DataDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Make(full);
            return new(full, new(System.IO.Path.Combine(full, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new StartupException($"The data directory {full} cannot be written: give this user the right, or choose another directory with --data.", problem);
        }
        catch (IOException problem) when (Directory.Exists(full))
        {
            throw new StartupException($"Another Tasklight server uses the data directory {full}: stop it, or choose another directory with --data.", problem);
        }
        catch (IOException problem)
        {
            throw new StartupException($"The data directory {full} cannot be made: {problem.Message} Choose another directory with --data.", problem);
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>What tasks say is nobody else's business.</summary>
    static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
