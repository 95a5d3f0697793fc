using System.Runtime.InteropServices;

namespace Tasklight.Bench.Limits;

/// <summary>The system's SQLite, called directly: nothing of a library's cost is in the ceiling.</summary>
sealed partial class Sqlite : IDisposable
{
    const string Library = "libsqlite3.so.0";

    readonly nint _handle;

    public Sqlite(string path)
    {
        if (Open(path, out _handle) != 0) throw new IOException($"SQLite cannot open {path}.");
    }

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        statement.Run();
    }

    public SqliteStatement Prepare(string sql) =>
        Prepare(_handle, sql, -1, out var statement, 0) == 0 ? new SqliteStatement(statement, this) : throw new IOException($"{sql}: {Error}");

    public string? Error => Marshal.PtrToStringUTF8(ErrorMessage(_handle));

    public void Dispose() => _ = Close(_handle);

    [LibraryImport(Library, EntryPoint = "sqlite3_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, out nint handle);

    [LibraryImport(Library, EntryPoint = "sqlite3_close_v2")]
    private static partial int Close(nint handle);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Prepare(nint handle, string sql, int length, out nint statement, nint tail);

    [LibraryImport(Library, EntryPoint = "sqlite3_errmsg")]
    private static partial nint ErrorMessage(nint handle);
}
