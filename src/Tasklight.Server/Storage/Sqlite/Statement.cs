using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>A prepared statement. Values are bound in the order of its question marks, then it is run or queried.</summary>
sealed class Statement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    const int StackBytes = 512;

    // A longer value would be kept by the statement until the next one replaces it.
    const int ForgetAbove = 64 * 1024;

    int _bound;
    bool _holdsMuch;

    /// <summary>Begins with the first question mark, whatever became of an earlier use.</summary>
    public Statement Restart()
    {
        _bound = 0;
        return this;
    }

    public Statement Add(long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, ++_bound, value));
        return this;
    }

    public Statement Add(long? value) => value is { } number ? Add(number) : AddNull();

    public Statement Add(bool value) => Add(value ? 1L : 0L);

    public Statement Add(DateTimeOffset value) => Add(Micros.From(value));

    public Statement Add(DateTimeOffset? value) => value is { } time ? Add(Micros.From(time)) : AddNull();

    public Statement Add(string? value)
    {
        if (value is null)
        {
            return AddNull();
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= StackBytes)
        {
            Span<byte> utf8 = stackalloc byte[StackBytes];
            return AddText(utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        AddText(rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        ArrayPool<byte>.Shared.Return(rented);
        return this;
    }

    public Statement Add(byte[]? value) => value is null ? AddNull() : AddBlob(value);

    public Statement AddText(ReadOnlySpan<byte> utf8)
    {
        _holdsMuch |= utf8.Length > ForgetAbove;
        // An empty span has no address, and SQLite takes a text without address for NULL.
        connection.Check(utf8.IsEmpty ? raw.sqlite3_bind_text(handle, ++_bound, utf8z.FromSpan("\0"u8)) : raw.sqlite3_bind_text(handle, ++_bound, utf8));
        return this;
    }

    public Statement AddBlob(ReadOnlySpan<byte> value)
    {
        _holdsMuch |= value.Length > ForgetAbove;
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++_bound, 0) : raw.sqlite3_bind_blob(handle, ++_bound, value));
        return this;
    }

    public Statement AddNull()
    {
        connection.Check(raw.sqlite3_bind_null(handle, ++_bound));
        return this;
    }

    /// <summary>Executes it, drops its rows and makes it ready for the next use.</summary>
    public void Run()
    {
        using var rows = Query();
        while (rows.Read())
        {
        }
    }

    /// <summary>Executes it row by row; dispose the rows before the statement is used again.</summary>
    public Rows Query() => new(this);

    public void Dispose() => handle.Dispose();

    void Reset()
    {
        raw.sqlite3_reset(handle);
        if (_holdsMuch)
        {
            raw.sqlite3_clear_bindings(handle);
            _holdsMuch = false;
        }

        _bound = 0;
    }

    /// <summary>The rows of one execution. Spans are good until the next row.</summary>
    public readonly ref struct Rows(Statement statement) : IDisposable
    {
        readonly sqlite3_stmt _handle = statement.Handle;

        /// <summary>Goes to the next row; false behind the last.</summary>
        public bool Read()
        {
            var code = raw.sqlite3_step(_handle);
            statement.Connection.Check(code);
            return code == raw.SQLITE_ROW;
        }

        public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

        public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

        public int Int32(int column) => (int)raw.sqlite3_column_int64(_handle, column);

        public bool Bool(int column) => Int64(column) != 0;

        public DateTimeOffset Time(int column) => Micros.ToTime(Int64(column));

        public DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);

        public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

        public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

        public byte[]? BlobOrNull(int column) => IsNull(column) ? null : Bytes(column).ToArray();

        /// <summary>True when the column holds this text; saves making the string again.</summary>
        public bool Is(int column, string text) => Ascii.Equals(Bytes(column), text);

        public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

        public void Dispose() => statement.Reset();
    }

    SqliteConnection Connection => connection;

    sqlite3_stmt Handle => handle;
}
