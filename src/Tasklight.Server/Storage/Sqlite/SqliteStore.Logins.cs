namespace Tasklight.Server.Storage.Sqlite;

/// <summary>Logins to MCP servers.</summary>
sealed partial class SqliteStore
{
    public ValueTask AddAttemptAsync(StoredLoginAttempt attempt) => WriteAsync(writer => LoginRows.AddAttempt(writer.Connection, attempt));

    public ValueTask<StoredLoginAttempt?> FindAttemptAsync(string organization, string id, CancellationToken cancel = default) =>
        new(Readers.Read((organization, id), static (connection, key) => LoginRows.FindAttempt(connection, key.organization, key.id)));

    public ValueTask<StoredLoginAttempt?> LatestAttemptAsync(LoginKey key, CancellationToken cancel = default) => new(Readers.Read(key, LoginRows.LatestAttempt));

    public ValueTask<StoredLoginAttempt?> TakeAttemptAsync(string organization, string id, DateTimeOffset now) =>
        Writer.PutAsync(writer => LoginRows.Take(writer.Connection, organization, id, now));

    public ValueTask FailAttemptAsync(string organization, string id, string problem) => WriteAsync(writer => LoginRows.Fail(writer.Connection, organization, id, problem));

    public ValueTask<IReadOnlyList<string>> FinishAsync(LoginKey key, DateTimeOffset now, byte[] secrets) =>
        Writer.PutAsync<IReadOnlyList<string>>(writer => LoginRows.Finish(writer.Connection, key, now, secrets));

    public ValueTask<StoredLogin?> FindLoginAsync(LoginKey key, CancellationToken cancel = default) => new(Readers.Read(key, LoginRows.FindLogin));

    public ValueTask<bool> RenewAsync(StoredLogin login, byte[] secrets, DateTimeOffset now) => Writer.PutAsync(writer => LoginRows.Renew(writer.Connection, login, secrets, now));

    public ValueTask<bool> ForgetAsync(StoredLogin login) => Writer.PutAsync(writer => LoginRows.Forget(writer.Connection, login));

    public ValueTask SaveClientAsync(StoredOAuthClient client) => WriteAsync(writer => LoginRows.SaveClient(writer.Connection, client));

    public ValueTask<StoredOAuthClient?> FindClientAsync(string organization, string issuer, string redirectUri, CancellationToken cancel = default) =>
        new(Readers.Read((organization, issuer, redirectUri), static (connection, key) => LoginRows.FindClient(connection, key.organization, key.issuer, key.redirectUri)));

    public ValueTask RemoveClientAsync(string organization, string issuer, string redirectUri) =>
        WriteAsync(writer => LoginRows.RemoveClient(writer.Connection, organization, issuer, redirectUri));

    public ValueTask<int> TrimAttemptsAsync(DateTimeOffset createdBefore, int limit) => Writer.PutAsync(writer => LoginRows.Trim(writer.Connection, createdBefore, limit));
}
