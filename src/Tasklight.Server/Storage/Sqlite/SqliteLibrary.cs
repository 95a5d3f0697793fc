using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Binds SQLitePCLRaw to the system's SQLite: the one that its packages carry is old and has known holes.</summary>
static class SqliteLibrary
{
    // STRICT tables came with 3.37.
    const int OldestVersion = 3_037_000;

    // SQLITE_CONFIG_MEMSTATUS: counting its memory costs SQLite a lock at every allocation.
    const int CountMemory = 9;

    static readonly string[] Names = OperatingSystem.IsWindows() ? ["sqlite3.dll", "winsqlite3.dll"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"]
        : ["libsqlite3.so.0", "libsqlite3.so"];

    static readonly Lazy<nint> Handle = new(Load);
    static readonly Lazy<bool> Bound = new(Bind);

    /// <summary>Does its work once; later calls cost nothing.</summary>
    /// <exception cref="StoreUnavailableException">The library is missing or too old; the message names the package.</exception>
    public static void EnsureBound() => _ = Bound.Value;

    static bool Bind()
    {
        _ = Handle.Value;
        var provider = new SQLite3Provider_e_sqlite3();
        NativeLibrary.SetDllImportResolver(provider.GetType().Assembly, Resolve);
        raw.SetProvider(provider);
        raw.sqlite3_config(CountMemory, 0);
        if (raw.sqlite3_libversion_number() < OldestVersion)
        {
            throw new StoreUnavailableException($"The system's SQLite is {raw.sqlite3_libversion().utf8_to_string()}; Tasklight needs 3.37 or newer. Update the package libsqlite3-0.");
        }

        return true;
    }

    // The runtime asks once for every imported function, so the handle is kept.
    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == "e_sqlite3" ? Handle.Value : 0;

    static nint Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        throw new StoreUnavailableException($"SQLite is missing: none of {string.Join(", ", Names)} could be loaded. Install the package libsqlite3-0 (Debian, Ubuntu) or its like.");
    }
}
