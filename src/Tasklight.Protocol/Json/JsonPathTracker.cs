using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>Follows a reader token by token and knows the path of the token it stands on.</summary>
internal sealed class JsonPathTracker
{
    private readonly Stack<Level> _levels = new();

    public IEnumerable<object> Parts => _levels.Reverse().Select(level => level.Key ?? (object)level.Position);

    /// <summary>Takes in one token.</summary>
    /// <param name="reader">Stands on the token to take in.</param>
    /// <param name="keyIsBad">The token holds text that cannot be turned into a string.</param>
    public void Move(ref Utf8JsonReader reader, bool keyIsBad)
    {
        if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
        {
            _levels.Pop();
            return;
        }

        if (_levels.TryPeek(out var level) && level.IsArray)
        {
            level.Position++;
        }
        else if (level is not null && reader.TokenType == JsonTokenType.PropertyName)
        {
            level.Key = keyIsBad ? "(unreadable key)" : reader.GetString();
        }

        if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
        {
            _levels.Push(new Level { IsArray = reader.TokenType == JsonTokenType.StartArray });
        }
    }

    private sealed class Level
    {
        public bool IsArray { get; init; }

        public string? Key { get; set; }

        public int Position { get; set; } = -1;
    }
}
