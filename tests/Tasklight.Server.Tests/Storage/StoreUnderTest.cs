using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Storage;

/// <summary>A store that a test may close, kill and open again.</summary>
abstract class StoreUnderTest : IDisposable
{
    public abstract ITaskStore Tasks { get; }

    public abstract ISessionStore Sessions { get; }

    public abstract IDirectoryStore Directory { get; }

    public abstract ILoginStore Logins { get; }

    /// <summary>Hears of commits until the store is opened again.</summary>
    public abstract ITaskChangeListener? Listener { set; }

    /// <summary>Closes the store in order and opens it again.</summary>
    public abstract void Reopen();

    /// <summary>Opens what a killed process would have left at this moment.</summary>
    public abstract void Crash();

    /// <summary>From now on every write meets a full disk.</summary>
    public abstract Task FillDiskAsync();

    public abstract Task FreeDiskAsync();

    public abstract void Dispose();
}
