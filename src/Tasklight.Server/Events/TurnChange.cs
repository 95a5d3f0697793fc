using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Events;

/// <summary>What of a lifecycle event's changed fields a thread of messages needs.</summary>
readonly record struct TurnChange(AgentExecutionInput? Input, DateTimeOffset? CreatedAt, bool HasResult, string? Result, Tokens? Tokens, AgentExecutionStatus? Status, bool? AsksUser)
{
    /// <summary>Reads the object that this server wrote; fields that are not there did not change.</summary>
    public static TurnChange Of(ReadOnlySpan<byte> changedFields)
    {
        var change = default(TurnChange);
        var reader = new Utf8JsonReader(changedFields, new JsonReaderOptions { MaxDepth = 256 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            change = change.With(ref reader);
        }

        return change;
    }

    TurnChange With(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("input"u8))
        {
            return this with { Input = JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentExecutionInput) };
        }

        if (reader.ValueTextEquals("tokens"u8))
        {
            return this with { Tokens = JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.Tokens) };
        }

        if (reader.ValueTextEquals("status"u8))
        {
            return this with { Status = JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentExecutionStatus) };
        }

        if (reader.ValueTextEquals("deep_planning"u8))
        {
            return this with { AsksUser = JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.DeepPlanning)?.QuestionRaised ?? false };
        }

        var (isResult, isCreatedAt) = (reader.ValueTextEquals("result"u8), reader.ValueTextEquals("created_at"u8));
        reader.Read();
        if (isResult)
        {
            return this with { HasResult = true, Result = reader.GetString() };
        }

        if (isCreatedAt && WireTime.TryParse(reader.GetString(), out var createdAt))
        {
            return this with { CreatedAt = createdAt };
        }

        reader.Skip();
        return this;
    }
}
