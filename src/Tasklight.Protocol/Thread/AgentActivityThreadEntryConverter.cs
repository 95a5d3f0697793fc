using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Knows an entry's variant by its keys when reading, by its type when writing.</summary>
internal sealed class AgentActivityThreadEntryConverter : JsonConverter<AgentActivityThreadEntry>
{
    public override AgentActivityThreadEntry Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var type = Variant(reader) switch
        {
            nameof(AgentActivityThreadMessage) => JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentActivityThreadMessage),
            nameof(AgentActivityThreadToolCall) => JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentActivityThreadToolCall),
            nameof(AgentActivityThreadReasoning) => JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentActivityThreadReasoning),
            nameof(AgentActivityThreadSubAgentTrigger) => JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentActivityThreadSubAgentTrigger),
            nameof(AgentActivityThreadAuth) => JsonSerializer.Deserialize(ref reader, ProtocolJson.Default.AgentActivityThreadAuth),
            _ => default(AgentActivityThreadEntry),
        };
        return type ?? throw new JsonException(
            "An entry of an activity thread has role and content, or tool_name, or confidence, or agent_id, or type and data.");
    }

    public override void Write(Utf8JsonWriter writer, AgentActivityThreadEntry value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case AgentActivityThreadMessage message:
                JsonSerializer.Serialize(writer, message, ProtocolJson.Default.AgentActivityThreadMessage);
                break;
            case AgentActivityThreadToolCall call:
                JsonSerializer.Serialize(writer, call, ProtocolJson.Default.AgentActivityThreadToolCall);
                break;
            case AgentActivityThreadReasoning reasoning:
                JsonSerializer.Serialize(writer, reasoning, ProtocolJson.Default.AgentActivityThreadReasoning);
                break;
            case AgentActivityThreadSubAgentTrigger trigger:
                JsonSerializer.Serialize(writer, trigger, ProtocolJson.Default.AgentActivityThreadSubAgentTrigger);
                break;
            case AgentActivityThreadAuth auth:
                JsonSerializer.Serialize(writer, auth, ProtocolJson.Default.AgentActivityThreadAuth);
                break;
            default:
                throw new JsonException($"{value.GetType()} is none of the five variants of {nameof(AgentActivityThreadEntry)}.");
        }
    }

    // The reader is a copy: looking ahead moves nothing.
    private static string? Variant(Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        bool role = false, content = false, tool = false, confidence = false, agent = false, type = false, data = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            role |= reader.ValueTextEquals("role"u8);
            content |= reader.ValueTextEquals("content"u8);
            tool |= reader.ValueTextEquals("tool_name"u8);
            confidence |= reader.ValueTextEquals("confidence"u8);
            agent |= reader.ValueTextEquals("agent_id"u8);
            type |= reader.ValueTextEquals("type"u8);
            data |= reader.ValueTextEquals("data"u8);
            reader.Skip();
        }

        return (role && content, tool, confidence && type, agent, type && data) switch
        {
            (true, _, _, _, _) => nameof(AgentActivityThreadMessage),
            (_, true, _, _, _) => nameof(AgentActivityThreadToolCall),
            (_, _, true, _, _) => nameof(AgentActivityThreadReasoning),
            (_, _, _, true, _) => nameof(AgentActivityThreadSubAgentTrigger),
            (_, _, _, _, true) => nameof(AgentActivityThreadAuth),
            _ => null,
        };
    }
}
