using System.Text.Json;

namespace Tasklight.Server.Storage.Sqlite;

/// <summary>How many tasks of an agent, and of one end user of it, may hold a lease at once; null = no limit (contract: extensions §1).</summary>
readonly record struct AgentLimits(int? Tasks, int? TasksOfOneUser)
{
    public bool AreNone => Tasks is null && TasksOfOneUser is null;

    /// <summary>Reads the two keys of an agent's document; anything but a number there is no limit.</summary>
    public static AgentLimits Read(ReadOnlySpan<byte> document)
    {
        var limits = default(AgentLimits);
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTasks = reader.ValueTextEquals("max_concurrency"u8);
            var isOfUser = reader.ValueTextEquals("max_concurrency_per_user"u8);
            reader.Read();
            int? number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var value) ? value : null;
            limits = isTasks ? limits with { Tasks = number } : isOfUser ? limits with { TasksOfOneUser = number } : limits;
            reader.Skip();
        }

        return limits;
    }
}
