using System.Globalization;
using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Server.Events;

/// <summary>
/// Turns the data of one event into one entry of an activity thread, in exactly the shape of its variant (events §8), or null where the
/// data cannot be brought into it. Data come from workers, so nothing about their shape is taken for granted.
/// </summary>
static class ActivityEntries
{
    public static AgentActivityThreadEntry? Of(string type, string id, DateTimeOffset time, JsonElement data) => type switch
    {
        TaskEventTypes.Think => Reasoning(ReasoningType.Think, id, time, data),
        TaskEventTypes.Analyze => Reasoning(ReasoningType.Analyze, id, time, data),
        TaskEventTypes.SubAgentTrigger => Trigger(id, time, data),
        TaskEventTypes.AuthEvent => Auth(id, time, data),
        _ => null,
    };

    /// <summary>A call without its result.</summary>
    public static AgentActivityThreadToolCall? ToolCall(DateTimeOffset time, JsonElement data)
    {
        if (Word(data, "request_id") is not { } id || (Word(data, "tool_name") ?? Word(data, "operation_id")) is not { } tool)
        {
            return null;
        }

        var payload = Property(data, "payload");
        return new AgentActivityThreadToolCall { Id = id, CreatedAt = time, ToolName = tool, Payload = payload, Reasoning = Why(data) };
    }

    // Newer workers send a tool call whose payload.input holds the step, others the step itself or its text.
    static AgentActivityThreadReasoning? Reasoning(ReasoningType type, string id, DateTimeOffset time, JsonElement data)
    {
        if (data.ValueKind == JsonValueKind.String)
        {
            return new AgentActivityThreadReasoning { Id = id, CreatedAt = time, Type = type, Title = type.ToString(), Thought = data.GetString() };
        }

        var payload = Property(data, "payload");
        var step = Object(Property(payload, "input")) ?? Object(payload) ?? Object(data);
        if (step is not { } fields)
        {
            return null;
        }

        return new AgentActivityThreadReasoning
        {
            Id = Word(data, "request_id") ?? id,
            CreatedAt = time,
            Type = type,
            Title = Text(fields, "title") ?? type.ToString(),
            Confidence = Number(fields, "confidence"),
            Thought = Text(fields, "thought"),
            Action = Text(fields, "action"),
            Result = Text(fields, "result"),
            Analysis = Text(fields, "analysis"),
        };
    }

    static AgentActivityThreadSubAgentTrigger? Trigger(string id, DateTimeOffset time, JsonElement data) => Word(data, "agent_id") is not { } agent
        ? null
        : new AgentActivityThreadSubAgentTrigger
        {
            Id = id,
            CreatedAt = time,
            AgentId = agent,
            Query = Text(data, "query"),
            Files = Words(data, "files"),
            Reasoning = Why(data) ?? new ToolCallReasoning(),
        };

    static AgentActivityThreadAuth? Auth(string id, DateTimeOffset time, JsonElement data)
    {
        var details = Property(data, "data");
        (MCPOAuthResponseType Type, MCPOAuthResponseData Data)? state = Word(data, "type") switch
        {
            "login_required" when Word(details, "url") is { } url => (MCPOAuthResponseType.LoginRequired, new MCPOAuthResponseData
            {
                Url = url,
                ServerUrl = Text(details, "server_url") ?? "",
                ServerName = Text(details, "server_name") ?? "",
            }),
            "token_ready" => (MCPOAuthResponseType.TokenReady, new MCPOAuthResponseData { AccessToken = MCPOAuthGetTokenResponse.Redacted }),
            "token_issue" => (MCPOAuthResponseType.TokenIssue, new MCPOAuthResponseData { Message = Text(details, "message") ?? "" }),
            "not_supported" => (MCPOAuthResponseType.NotSupported, new MCPOAuthResponseData { Message = Text(details, "message") ?? "" }),
            _ => null,
        };
        return state is var (type, shown) ? new AgentActivityThreadAuth { Id = id, CreatedAt = time, Type = type, Data = shown } : null;
    }

    static ToolCallReasoning? Why(JsonElement data) => Object(Property(data, "reasoning")) is { } reasoning
        ? new ToolCallReasoning { Title = Text(reasoning, "title"), Description = Text(reasoning, "description") }
        : null;

    static JsonElement? Property(JsonElement? data, string name) =>
        data is { ValueKind: JsonValueKind.Object } fields && fields.TryGetProperty(name, out var value) ? value : null;

    static JsonElement? Object(JsonElement? value) => value is { ValueKind: JsonValueKind.Object } ? value : null;

    /// <summary>A string that is not empty.</summary>
    static string? Word(JsonElement? data, string name) =>
        Property(data, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A text for people: anything else than a string shows as its JSON.</summary>
    static string? Text(JsonElement? data, string name) => Property(data, name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => value.GetRawText(),
    };

    static double Number(JsonElement data, string name) => Property(data, name) switch
    {
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        { ValueKind: JsonValueKind.String } value when double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => 0,
    };

    static List<string> Words(JsonElement data, string name)
    {
        List<string> words = [];
        if (Property(data, name) is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.String)
                {
                    words.Add(item.GetString()!);
                }
            }
        }

        return words;
    }
}
