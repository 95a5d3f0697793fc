using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Events;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>
/// Seals what earlier programs kept in clear of tasks and agents: headers, environment variables, and secrets inside of addresses and commands. Once a
/// database, with the script of schema <see cref="Schema"/>. Turns that are over keep masks only: nobody runs them again.
/// </summary>
sealed class OldSecrets(TaskSecrets tasks, AgentSecrets agents)
{
    public const int Schema = 8;

    const int SequenceBits = 26;

    static readonly JsonSerializerOptions Written = new() { Encoder = AsciiEncoder.Instance, MaxDepth = ProtocolJson.Default.Options.MaxDepth };

    const string Servers = "mcp_servers";

    const string EventsSql = "SELECT key FROM events WHERE kind = 1 AND instr(data, CAST('\"mcp_servers\":[{' AS BLOB)) > 0 ORDER BY key";
    const string EventSql = "SELECT data FROM events WHERE key = ?";
    const string SaveEventSql = "UPDATE events SET data = ? WHERE key = ?";
    const string OverlaysSql = "SELECT n FROM tasks WHERE instr(overlay, CAST('\"mcp_servers\":[{' AS BLOB)) > 0 ORDER BY n";
    const string OverlaySql = "SELECT overlay FROM tasks WHERE n = ?";
    const string SaveOverlaySql = "UPDATE tasks SET overlay = ? WHERE n = ?";
    const string KeptSql = "SELECT secrets FROM tasks WHERE n = ? AND turn_start <= ?";
    const string SaveKeptSql = "UPDATE tasks SET secrets = ? WHERE n = ?";
    const string AgentsSql = "SELECT n FROM agents";
    const string AgentSql = "SELECT draft FROM agents WHERE n = ?";
    const string SaveAgentSql = "UPDATE agents SET draft = ? WHERE n = ?";
    const string VersionsSql = "SELECT rowid FROM agent_versions";
    const string VersionSql = "SELECT document FROM agent_versions WHERE rowid = ?";
    const string SaveVersionSql = "UPDATE agent_versions SET document = ? WHERE rowid = ?";

    /// <summary>Within the caller's transaction. What was in clear is overwritten, not only given free.</summary>
    public void Seal(SqliteConnection connection)
    {
        connection.Execute("PRAGMA secure_delete = ON");
        foreach (var key in Keys(connection, EventsSql))
            Change(connection, EventSql, SaveEventSql, key, data => MaskTask(connection, data, key >> SequenceBits, key & ((1L << SequenceBits) - 1)));
        foreach (var n in Keys(connection, OverlaysSql))
            Change(connection, OverlaySql, SaveOverlaySql, n, data => MaskTask(connection, data, n, long.MaxValue));
        foreach (var n in Keys(connection, AgentsSql))
            Change(connection, AgentSql, SaveAgentSql, n, SealAgent);
        foreach (var row in Keys(connection, VersionsSql))
            Change(connection, VersionSql, SaveVersionSql, row, SealAgent);
        connection.Execute("PRAGMA secure_delete = OFF");
    }

    /// <summary>The wire fields with masks, their secrets added to those of the task; null when there are none.</summary>
    byte[]? MaskTask(SqliteConnection connection, byte[] fields, long n, long sequence)
    {
        var json = JsonNode.Parse(fields, documentOptions: new() { MaxDepth = ProtocolJson.Default.Options.MaxDepth })!.AsObject();
        if (json[Servers].Deserialize(ProtocolJson.Default.IReadOnlyListMCPServerDetails) is not { } servers || TaskSecrets.Mask(servers) is not { } masked || ReferenceEquals(masked, servers))
            return null;
        using (var rows = connection[KeptSql].Add(n).Add(sequence).Query())
        {
            if (rows.Read())
                connection[SaveKeptSql].Add(tasks.Merge(rows.BlobOrNull(0), servers, null, null, servers)).Add(n).Run();
        }

        json[Servers] = JsonSerializer.SerializeToNode(masked, ProtocolJson.Default.IReadOnlyListMCPServerDetails);
        return Encoding.ASCII.GetBytes(json.ToJsonString(Written));
    }

    byte[]? SealAgent(byte[] document)
    {
        var agent = JsonSerializer.Deserialize(document, ProtocolJson.Default.AgentFields)!;
        agents.SealRest(agent);
        var sealedDocument = AgentEntry.Write(agent);
        return sealedDocument.AsSpan().SequenceEqual(document) ? null : sealedDocument;
    }

    static void Change(SqliteConnection connection, string find, string save, long key, Func<byte[], byte[]?> change)
    {
        byte[] data;
        using (var rows = connection[find].Add(key).Query())
        {
            rows.Read();
            data = rows.Bytes(0).ToArray();
        }

        if (change(data) is { } changed)
            connection[save].AddBlob(changed).Add(key).Run();
    }

    static List<long> Keys(SqliteConnection connection, string sql)
    {
        var keys = new List<long>();
        using var rows = connection[sql].Query();
        while (rows.Read())
            keys.Add(rows.Int64(0));
        return keys;
    }
}
