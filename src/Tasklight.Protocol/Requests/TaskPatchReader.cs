using System.Text;
using System.Text.Json;
using static Tasklight.Protocol.TaskPatchValues;

namespace Tasklight.Protocol;

/// <summary>Reads a <see cref="TaskPatch"/> in one pass, after the tolerance rules of task-object §3.</summary>
internal ref struct TaskPatchReader
{
    // Longer than every known key.
    private const int LongestName = 64;

    private static readonly string StatusWords = string.Join(", ", AgentExecutionStatusConverter.Words);

    private readonly TaskPatch _patch = new();
    private Utf8JsonReader _reader;
    private List<string>? _ignored;
    private bool _hasId;
    private bool _hasAgentId;
    private bool _hasCreatedAt;
    private int _otherFields;

    private TaskPatchReader(ReadOnlySpan<byte> utf8)
    {
        _reader = new Utf8JsonReader(utf8, WireReader.ReaderOptions);
    }

    private delegate bool ValueReader<T>(ref Utf8JsonReader reader, out T value);

    public static TaskPatch Read(ReadOnlyMemory<byte> utf8)
    {
        if (!WireText.IsUtf8(utf8.Span))
        {
            throw Malformed("The body is not UTF-8.");
        }

        try
        {
            return new TaskPatchReader(WireText.Mend(utf8).Span).Read();
        }
        catch (JsonException problem)
        {
            throw Malformed(WireReader.Sentence(problem, utf8.Span));
        }
    }

    private static ProtocolException Malformed(string sentence) =>
        new([FieldError.InBody(FieldErrorTypes.InvalidJson, sentence)], isMalformed: true);

    private TaskPatch Read()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw Malformed($"The body must be an object of the fields to change, found {JsonFound.Name(_reader.TokenType)}.");
        }

        Span<char> buffer = stackalloc char[LongestName];
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Name(buffer);
            _reader.Read();
            Field(name);
        }

        // Throws when something follows.
        _reader.Read();
        _patch.Ignored = _ignored ?? _patch.Ignored;
        _patch.IsFullObject = _hasId && _hasAgentId && _hasCreatedAt;
        _patch.IsStatusOnly = _patch.Status.IsSet && _otherFields == 0;
        return _patch;
    }

    private readonly ReadOnlySpan<char> Name(Span<char> buffer)
    {
        if (_reader.ValueSpan.Length > LongestName)
        {
            return default;
        }

        return _reader.ValueIsEscaped ? _reader.GetString() : buffer[..Encoding.UTF8.GetChars(_reader.ValueSpan, buffer)];
    }

    private void Field(scoped ReadOnlySpan<char> name)
    {
        if (name is not ("status" or "source"))
        {
            _otherFields++;
        }

        if (TextField(name) || OptionField(name) || ReportField(name) || RequestField(name) || Marker(name))
        {
            return;
        }

        _reader.Skip();
    }

    private bool TextField(scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "result": _patch.Result = Take<string?>(name, Text); break;
            case "internal_status": _patch.InternalStatus = Take<string?>(name, ShortText); break;
            case "last_executed_node_id": _patch.LastExecutedNodeId = Take<string?>(name, Text); break;
            case "additional_context": _patch.AdditionalContext = Take<string?>(name, Text); break;
            case "instructions_override": _patch.InstructionsOverride = Take<string?>(name, Text); break;
            case "expected_output": _patch.ExpectedOutput = Take<string?>(name, TextOrArtefact); break;
            case "voice_id": _patch.VoiceId = Take<string?>(name, Text); break;
            case "source": _patch.Source = TakeValue<string?>(name, Text)!; break;
            case "title": _patch.Title = TakeValue<string?>(name, TextOrArtefact)!; break;
            case "parent_execution": _patch.ParentExecution = TakeValue<string?>(name, Text)!; break;
            case "user_oidc_token": _patch.UserOidcToken = Unmasked(TakeValue<string?>(name, Text)); break;
            default: return false;
        }

        return true;
    }

    private bool OptionField(scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "status": _patch.Status = Status(); break;
            case "think_mode": _patch.ThinkMode = TakeValue<ThinkMode>(name, Mode); break;
            case "output_format": _patch.OutputFormat = Take<OutputFormat?>(name, Format); break;
            case "output_schema": _patch.OutputSchema = Take<JsonElement?>(name, FreeObject); break;
            case "disable_attachment_injection": _patch.DisableAttachmentInjection = TakeValue<bool>(name, Flag); break;
            case "return_metrics": _patch.ReturnMetrics = TakeValue<bool>(name, Flag); break;
            case "user_tokens": _patch.UserTokens = Unmasked(TakeValue<JsonElement?>(name, FreeObjectOrMask)); break;
            case "payload_extension" or "tool_call_payload_extension": _patch.PayloadExtension = Extension(Take<JsonElement?>(name, FreeObject)); break;
            default: return false;
        }

        return true;
    }

    // A body may carry both names, one of them null.
    private readonly Optional<JsonElement?> Extension(Optional<JsonElement?> taken) =>
        taken.Value is null && _patch.PayloadExtension.IsSet ? _patch.PayloadExtension : taken;

    private bool ReportField(scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "tokens": _patch.Tokens = TakeValue<Tokens>(name, TokenCounts); break;
            case "used_tools": _patch.UsedTools = TakeValue<IReadOnlyList<string>>(name, Names); break;
            case "duration": _patch.Duration = TakeValue<double>(name, Seconds); break;
            case "deep_planning": _patch.DeepPlanning = TakeValue<DeepPlanning>(name, Plan); break;
            case "execution_attempts": _patch.ExecutionAttempts = TakeValue<int>(name, Count); break;
            case "started_at": _patch.StartedAt = Take<DateTimeOffset?>(name, Time); break;
            default: return false;
        }

        return true;
    }

    private bool RequestField(scoped ReadOnlySpan<char> name)
    {
        switch (name)
        {
            case "mcp_servers": _patch.McpServers = TakeValue<IReadOnlyList<MCPServerDetails>>(name, Servers); break;
            case "hitl_request": _patch.HitlRequest = Take<HumanInTheLoopRequest?>(name, Approval); break;
            case "pending_eca_request": _patch.PendingEcaRequest = Take<PendingECARequest?>(name, Login); break;
            default: return false;
        }

        return true;
    }

    // Fields of the server whose presence tells a whole saved task from a small update.
    private bool Marker(scoped ReadOnlySpan<char> name)
    {
        _hasId |= name is "id";
        _hasAgentId |= name is "agent_id";
        _hasCreatedAt |= name is "created_at";
        return false;
    }

    private Optional<AgentExecutionStatus> Status()
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (_reader.TokenType == JsonTokenType.String)
        {
            return AgentExecutionStatusExtensions.TryParseWire(_reader.GetString(), out var status)
                ? status
                : throw StatusRefused($"{JsonFound.Quote(_reader.GetString())} is not one of: {StatusWords}.", FieldErrorTypes.NotAllowed);
        }

        throw StatusRefused($"Expected one of {StatusWords}, found {JsonFound.Name(_reader.TokenType)}.", FieldErrorTypes.WrongType);
    }

    private static ProtocolException StatusRefused(string sentence, string type) =>
        new([FieldError.InBody(type, sentence, "status")], isMalformed: false);

    /// <summary>Null carries no meaning: it counts as not given.</summary>
    private Optional<T> TakeValue<T>(scoped ReadOnlySpan<char> name, ValueReader<T> read)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        var taken = Take(name, read);
        return taken.Value is null ? default : taken;
    }

    /// <summary>Null clears.</summary>
    private Optional<T> Take<T>(scoped ReadOnlySpan<char> name, ValueReader<T> read)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return new Optional<T>(default!);
        }

        var start = _reader;
        if (read(ref _reader, out var value))
        {
            return value;
        }

        _reader = start;
        _reader.Skip();
        Ignore(name.ToString());
        return default;
    }

    private void Ignore(string name)
    {
        _ignored ??= [];
        if (!_ignored.Contains(name))
        {
            _ignored.Add(name);
        }
    }
}
