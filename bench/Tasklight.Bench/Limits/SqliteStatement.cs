using System.Runtime.InteropServices;

namespace Tasklight.Bench.Limits;

/// <summary>A prepared statement that is run again and again.</summary>
sealed unsafe partial class SqliteStatement(nint handle, Sqlite owner) : IDisposable
{
    const string Library = "libsqlite3.so.0";
    const int Row = 100;
    const int Done = 101;
    const nint Copy = -1;

    public SqliteStatement Text(int index, byte[] value)
    {
        fixed (byte* start = value) _ = BindText(handle, index, start, value.Length, Copy);
        return this;
    }

    public SqliteStatement Number(int index, long value)
    {
        _ = BindNumber(handle, index, value);
        return this;
    }

    public void Run()
    {
        int result;
        do result = Step(handle);
        while (result == Row);
        if (result != Done) throw new IOException(owner.Error);
        _ = Reset(handle);
    }

    public void Dispose() => _ = Finish(handle);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int index, byte* value, int length, nint lifetime);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    private static partial int BindNumber(nint statement, int index, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    private static partial int Step(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    private static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    private static partial int Finish(nint statement);
}
