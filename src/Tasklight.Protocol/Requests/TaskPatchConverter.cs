using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>Writes the members that are set. Bodies are read by <see cref="TaskPatch.Parse"/>, which needs them whole.</summary>
internal sealed class TaskPatchConverter : JsonConverter<TaskPatch>
{
    public override TaskPatch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return TaskPatch.Parse(JsonSerializer.SerializeToUtf8Bytes(document.RootElement, ProtocolJson.Default.JsonElement));
    }

    public override void Write(Utf8JsonWriter writer, TaskPatch value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Status.IsSet)
        {
            writer.WriteString("status"u8, value.Status.Value.ToWire());
        }

        WriteText(writer, "result"u8, value.Result);
        WriteText(writer, "internal_status"u8, value.InternalStatus);
        WriteText(writer, "last_executed_node_id"u8, value.LastExecutedNodeId);
        WriteElement(writer, "payload_extension"u8, value.PayloadExtension);
        WriteText(writer, "additional_context"u8, value.AdditionalContext);
        WriteText(writer, "instructions_override"u8, value.InstructionsOverride);
        WriteText(writer, "expected_output"u8, value.ExpectedOutput);
        if (value.OutputFormat.IsSet)
        {
            writer.WriteString("output_format"u8, value.OutputFormat.Value?.ToWire());
        }

        WriteElement(writer, "output_schema"u8, value.OutputSchema);
        WriteText(writer, "voice_id"u8, value.VoiceId);
        WriteText(writer, "source"u8, value.Source!);
        WriteText(writer, "title"u8, value.Title!);
        WriteFlags(writer, value);
        WriteReport(writer, value);
        WriteRequests(writer, value);
        WriteText(writer, "parent_execution"u8, value.ParentExecution!);
        WriteText(writer, "user_oidc_token"u8, value.UserOidcToken!);
        WriteElement(writer, "user_tokens"u8, value.UserTokens.IsSet ? new Optional<JsonElement?>(value.UserTokens.Value) : default);
        writer.WriteEndObject();
    }

    private static void WriteFlags(Utf8JsonWriter writer, TaskPatch value)
    {
        if (value.ThinkMode.IsSet)
        {
            writer.WriteString("think_mode"u8, value.ThinkMode.Value.ToWire());
        }

        if (value.DisableAttachmentInjection.IsSet)
        {
            writer.WriteBoolean("disable_attachment_injection"u8, value.DisableAttachmentInjection.Value);
        }

        if (value.ReturnMetrics.IsSet)
        {
            writer.WriteBoolean("return_metrics"u8, value.ReturnMetrics.Value);
        }
    }

    private static void WriteReport(Utf8JsonWriter writer, TaskPatch value)
    {
        if (value.Tokens.IsSet)
        {
            writer.WritePropertyName("tokens"u8);
            JsonSerializer.Serialize(writer, value.Tokens.Value, ProtocolJson.Default.Tokens);
        }

        if (value.UsedTools.IsSet)
        {
            writer.WritePropertyName("used_tools"u8);
            JsonSerializer.Serialize(writer, value.UsedTools.Value, ProtocolJson.Default.IReadOnlyListString);
        }

        if (value.Duration.IsSet)
        {
            writer.WriteNumber("duration"u8, value.Duration.Value);
        }

        if (value.ExecutionAttempts.IsSet)
        {
            writer.WriteNumber("execution_attempts"u8, value.ExecutionAttempts.Value);
        }

        if (value.DeepPlanning.IsSet)
        {
            writer.WritePropertyName("deep_planning"u8);
            JsonSerializer.Serialize(writer, value.DeepPlanning.Value, ProtocolJson.Default.DeepPlanning);
        }
    }

    private static void WriteRequests(Utf8JsonWriter writer, TaskPatch value)
    {
        if (value.McpServers.IsSet)
        {
            writer.WritePropertyName("mcp_servers"u8);
            JsonSerializer.Serialize(writer, value.McpServers.Value, ProtocolJson.Default.IReadOnlyListMCPServerDetails);
        }

        if (value.HitlRequest.IsSet)
        {
            writer.WritePropertyName("hitl_request"u8);
            JsonSerializer.Serialize(writer, value.HitlRequest.Value, ProtocolJson.Default.HumanInTheLoopRequest!);
        }

        if (value.PendingEcaRequest.IsSet)
        {
            writer.WritePropertyName("pending_eca_request"u8);
            JsonSerializer.Serialize(writer, value.PendingEcaRequest.Value, ProtocolJson.Default.PendingECARequest!);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Optional<string?> text)
    {
        if (text.IsSet)
        {
            writer.WriteString(name, text.Value);
        }
    }

    private static void WriteElement(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Optional<JsonElement?> element)
    {
        if (!element.IsSet)
        {
            return;
        }

        writer.WritePropertyName(name);
        if (element.Value is { } value)
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
