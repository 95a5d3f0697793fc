using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Protocol;

namespace Tasklight.Server.Lifecycle;

/// <summary>One key of a task on the wire: how to compare and write it. <see cref="All"/> has them in wire order.</summary>
sealed class TaskField
{
    TaskField(string name, Func<AgentTaskFields, AgentTaskFields, bool> same, Action<Utf8JsonWriter, AgentTaskFields> write)
    {
        Name = name;
        IsNeverDefault = name is "id" or "agent_id" or "organization_id" or "input" or "created_at" or "updated_at";
        Encoded = JsonEncodedText.Encode(name);
        Removed = JsonEncodedText.Encode(name + ".removed");
        Added = JsonEncodedText.Encode(name + ".added");
        Prefix = Encoding.ASCII.GetBytes($"\"{name}\":");
        Same = same;
        Write = write;
    }

    public string Name { get; }

    /// <summary>The key, ready for a writer.</summary>
    public JsonEncodedText Encoded { get; }

    /// <summary>The key with quotes and colon, ready to be copied.</summary>
    public byte[] Prefix { get; }

    /// <summary>True when a client could not tell the two values apart.</summary>
    public Func<AgentTaskFields, AgentTaskFields, bool> Same { get; }

    /// <summary>Writes the value.</summary>
    public Action<Utf8JsonWriter, AgentTaskFields> Write { get; }

    /// <summary>The ids of a list that a task may have thousands of: a change of it is told by <see cref="Removed"/> and <see cref="Added"/>. Null for all other keys.</summary>
    public Func<AgentTaskFields, IReadOnlyList<string>>? Ids { get; private init; }

    /// <summary>The key under which changed fields hold what left the list; it stands before <see cref="Added"/>.</summary>
    public JsonEncodedText Removed { get; }

    /// <summary>The key under which changed fields hold what came to the end of the list.</summary>
    public JsonEncodedText Added { get; }

    /// <summary>A row of the store keeps it in a place of its own, because it is read alone or too long to be written with every change.</summary>
    public bool IsKeptApart => Ids is not null || Name is "result";

    /// <summary>The key is left out of a Task when its value is null.</summary>
    public bool IsOptional => Name is "stop" or "budget" or "usage";

    /// <summary>The key is written into every task_created.</summary>
    public bool IsNeverDefault { get; }

    /// <summary>A task with nothing in it. What a task_created leaves out is as it is here.</summary>
    public static readonly AgentTaskFields Defaults = new();

    /// <summary>Every key of a task, in wire order.</summary>
    public static readonly TaskField[] All =
    [
        Text("id", f => f.Id),
        Text("agent_id", f => f.AgentId),
        Text("organization_id", f => f.OrganizationId),
        Object("input", f => f.Input, ProtocolJson.Default.AgentExecutionInput),
        new("status", (a, b) => a.Status == b.Status, (w, f) => w.WriteStringValue(f.Status.ToWire())),
        Text("internal_status", f => f.InternalStatus),
        Text("last_executed_node_id", f => f.LastExecutedNodeId),
        Text("agent_version", f => f.AgentVersion),
        Time("created_at", f => f.CreatedAt),
        Time("started_at", f => f.StartedAt),
        Time("paused_at", f => f.PausedAt),
        Time("finished_at", f => f.FinishedAt),
        Time("updated_at", f => f.UpdatedAt),
        Text("result", f => f.Result),
        Text("parent_execution", f => f.ParentExecution),
        Growing("sub_executions", f => f.SubExecutions),
        Growing("finished_sub_executions", f => f.FinishedSubExecutions),
        Flag("is_manually_stopped", f => f.IsManuallyStopped),
        Json("payload_extension", f => f.PayloadExtension),
        Object("hitl_request", f => f.HitlRequest, ProtocolJson.Default.HumanInTheLoopRequest),
        Object("pending_eca_request", f => f.PendingEcaRequest, ProtocolJson.Default.PendingECARequest),
        Text("source", f => f.Source),
        Text("worker_id", f => f.WorkerId),
        Text("voice_id", f => f.VoiceId),
        Text("output_format", f => f.OutputFormat?.ToWire()),
        Json("output_schema", f => f.OutputSchema),
        Flag("events_streaming", f => f.EventsStreaming),
        Flag("is_orchestration", f => f.IsOrchestration),
        Text("additional_context", f => f.AdditionalContext),
        Text("instructions_override", f => f.InstructionsOverride),
        Text("test_run_node_id", f => f.TestRunNodeId),
        Text("user_oidc_token", f => f.UserOidcToken),
        Text("expected_output", f => f.ExpectedOutput),
        new("mcp_servers", (a, b) => SameServers(a.McpServers, b.McpServers), (w, f) => JsonSerializer.Serialize(w, f.McpServers, ProtocolJson.Default.IReadOnlyListMCPServerDetails)),
        Text("triggering_agent_id", f => f.TriggeringAgentId),
        Text("title", f => f.Title),
        new("think_mode", (a, b) => a.ThinkMode == b.ThinkMode, (w, f) => w.WriteStringValue(f.ThinkMode.ToWire())),
        Flag("disable_attachment_injection", f => f.DisableAttachmentInjection),
        Json("user_tokens", f => f.UserTokens),
        Object("deep_planning", f => f.DeepPlanning, ProtocolJson.Default.DeepPlanning),
        Number("execution_attempts", f => f.ExecutionAttempts),
        Flag("return_metrics", f => f.ReturnMetrics),
        Object("tokens", f => f.Tokens, ProtocolJson.Default.Tokens),
        Texts("used_tools", f => f.UsedTools),
        new("duration", (a, b) => a.Duration.Equals(b.Duration), (w, f) => w.WriteNumberValue(f.Duration)),
        Flag("used_mutating_tools", f => f.UsedMutatingTools),
        Flag("is_continuous", f => f.IsContinuous),
        Text("llm_model_provider", f => f.LlmModelProvider),
        Text("llm_model_name", f => f.LlmModelName),
        Text("llm_reasoning_effort", f => f.LlmReasoningEffort),
        Flag("run_locally", f => f.RunLocally),
        Number("priority", f => f.Priority),
        Time("not_before", f => f.NotBefore),
        Number("attempt", f => f.Attempt),
        Object("stop", f => f.StopDetails, ProtocolJson.Default.TaskStop),
        Object("budget", f => f.Budget, ProtocolJson.Default.TaskBudget),
        Object("usage", f => f.Usage, ProtocolJson.Default.TaskUsage),
    ];

    static TaskField Text(string name, Func<AgentTaskFields, string?> get) =>
        new(name, (a, b) => string.Equals(get(a), get(b), StringComparison.Ordinal), (w, f) => w.WriteStringValue(get(f)));

    static TaskField Flag(string name, Func<AgentTaskFields, bool> get) =>
        new(name, (a, b) => get(a) == get(b), (w, f) => w.WriteBooleanValue(get(f)));

    static TaskField Number(string name, Func<AgentTaskFields, int> get) =>
        new(name, (a, b) => get(a) == get(b), (w, f) => w.WriteNumberValue(get(f)));

    static TaskField Texts(string name, Func<AgentTaskFields, IReadOnlyList<string>> get) =>
        new(name, (a, b) => ReferenceEquals(get(a), get(b)) || get(a).SequenceEqual(get(b)), (w, f) => WriteTexts(w, get(f)));

    static TaskField Growing(string name, Func<AgentTaskFields, IReadOnlyList<string>> get)
    {
        var texts = Texts(name, get);
        return new(name, texts.Same, texts.Write) { Ids = get };
    }

    static TaskField Time(string name, Func<AgentTaskFields, DateTimeOffset?> get) =>
        new(name, (a, b) => get(a) == get(b), (w, f) => WriteTime(w, get(f)));

    static TaskField Json(string name, Func<AgentTaskFields, JsonElement?> get) =>
        new(name, (a, b) => SameJson(get(a), get(b)), (w, f) => WriteJson(w, get(f)));

    static TaskField Object<T>(string name, Func<AgentTaskFields, T?> get, JsonTypeInfo<T> type)
        where T : class =>
        new(name, (a, b) => ReferenceEquals(get(a), get(b)) || SameObject(get(a), get(b), type), (w, f) => WriteObject(w, get(f), type));

    // Records with lists and JSON inside do not compare by value, so what a client would see is compared.
    static bool SameObject<T>(T? a, T? b, JsonTypeInfo<T> type)
        where T : class =>
        Equals(a, b) || (a is not null && b is not null && JsonSerializer.SerializeToUtf8Bytes(a, type).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, type)));

    static bool SameServers(IReadOnlyList<MCPServerDetails> a, IReadOnlyList<MCPServerDetails> b) =>
        ReferenceEquals(a, b)
        || (a.Count == b.Count && (a.Count == 0 || JsonSerializer.SerializeToUtf8Bytes(a, ProtocolJson.Default.IReadOnlyListMCPServerDetails).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, ProtocolJson.Default.IReadOnlyListMCPServerDetails))));

    static bool SameJson(JsonElement? a, JsonElement? b) =>
        a is null || b is null ? a is null && b is null : JsonElement.DeepEquals(a.Value, b.Value);

    static void WriteTexts(Utf8JsonWriter writer, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray();
        for (var i = 0; i < texts.Count; i++)
            writer.WriteStringValue(texts[i]);
        writer.WriteEndArray();
    }

    static void WriteTime(Utf8JsonWriter writer, DateTimeOffset? time)
    {
        if (time is null)
        {
            writer.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[WireTime.Length];
        WireTime.Format(time.Value, text);
        writer.WriteStringValue(text);
    }

    static void WriteJson(Utf8JsonWriter writer, JsonElement? json)
    {
        if (json is null)
            writer.WriteNullValue();
        else
            json.Value.WriteTo(writer);
    }

    static void WriteObject<T>(Utf8JsonWriter writer, T? value, JsonTypeInfo<T> type)
        where T : class
    {
        if (value is null)
            writer.WriteNullValue();
        else
            JsonSerializer.Serialize(writer, value, type);
    }
}
