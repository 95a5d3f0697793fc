using System.Text;
using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Events;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Tests.Events;

/// <summary>The activity thread as a pure fold, with the exact keys by which the baseline client tells the variants (contract: events §8).</summary>
public sealed class ActivityFoldTests
{
    static readonly DateTimeOffset Start = new(2026, 5, 13, 10, 12, 4, TimeSpan.Zero);

    [Fact]
    public void A_turn_is_a_user_message_and_an_agent_message()
    {
        var thread = Fold(
            Lifecycle("task_created", """{"created_at":"2026-05-13T10:00:00Z","input":{"text":"hi","files":["f"],"user":{"id":"u","email":"e@x"}}}"""),
            Lifecycle("task_updated", """{"status":"executing"}"""),
            Lifecycle("task_updated", """{"result":"done"}"""),
            Lifecycle("task_finished", """{"status":"completed"}"""));

        Assert.Equal("t", thread.GetProperty("id").GetString());
        Assert.Equal("2026-05-13T10:00:00.000000Z", thread.GetProperty("created_at").GetString());
        Assert.Equal("e@x", thread.GetProperty("user").GetProperty("email").GetString());
        AssertKeys(Entry(thread, 0), "id", "created_at", "role", "content");
        Assert.Equal("t_user_1", Entry(thread, 0).GetProperty("id").GetString());
        Assert.Equal("user", Entry(thread, 0).GetProperty("role").GetString());
        Assert.Equal("""{"text":"hi","files":["f"]}""", Entry(thread, 0).GetProperty("content").GetRawText());
        Assert.Equal("t_agent_1", Entry(thread, 1).GetProperty("id").GetString());
        Assert.Equal("agent", Entry(thread, 1).GetProperty("role").GetString());
        Assert.Equal("done", Entry(thread, 1).GetProperty("content").GetProperty("text").GetString());
    }

    [Fact]
    public void Turns_are_counted_and_a_turn_without_result_has_no_answer()
    {
        var thread = Fold(
            Lifecycle("task_created", """{"input":{"text":"one"}}"""),
            Lifecycle("task_finished", """{"status":"failed"}"""),
            Lifecycle("task_created", """{"input":{"text":"two"},"result":null}"""),
            Lifecycle("task_finished", """{"status":"completed","result":"2"}"""));

        Assert.Equal(["t_user_1", "t_user_2", "t_agent_2"], Ids(thread));
    }

    [Fact]
    public void A_question_to_the_user_is_the_turns_answer()
    {
        var thread = Fold(
            Lifecycle("task_created", """{"input":{"text":"one"}}"""),
            Lifecycle("task_updated", """{"result":"For whom?","deep_planning":{"question_raised":true}}"""),
            Lifecycle("task_updated", """{"status":"paused"}"""),
            Lifecycle("task_created", """{"input":{"text":"for Dana"},"result":null,"deep_planning":{"question_raised":false}}"""),
            Lifecycle("task_updated", """{"status":"paused","result":"not said"}"""),
            Lifecycle("task_finished", """{"status":"completed","result":"whole"}"""));

        Assert.Equal(["t_user_1", "t_agent_1", "t_user_2", "t_agent_2"], Ids(thread));
        Assert.Equal("For whom?", Entry(thread, 1).GetProperty("content").GetProperty("text").GetString());
        Assert.Equal("whole", Entry(thread, 3).GetProperty("content").GetProperty("text").GetString());
    }

    [Fact]
    public void A_turn_that_was_opened_again_has_one_answer()
    {
        var thread = Fold(
            Lifecycle("task_created", """{"input":{"text":"one"}}"""),
            Pushed("tool_call_request", """{"request_id":"r0","operation_id":"o"}"""),
            Lifecycle("task_finished", """{"status":"stopped","result":"half"}"""),
            Pushed("tool_call_request", """{"request_id":"r1","operation_id":"o"}"""),
            Lifecycle("task_updated", """{"status":"paused"}"""),
            Lifecycle("task_finished", """{"status":"completed","result":"whole"}"""),
            Pushed("tool_call_result", """{"request_id":"r1","operation_id":"o","result":5}"""),
            Pushed("tool_call_result", """{"request_id":"r0","operation_id":"o","result":4}"""));

        Assert.Equal(["t_user_1", "r0", "r1", "t_agent_1"], Ids(thread));
        Assert.Equal("whole", Entry(thread, 3).GetProperty("content").GetProperty("text").GetString());
        Assert.Equal(4, Entry(thread, 1).GetProperty("result").GetInt32());
        Assert.Equal(5, Entry(thread, 2).GetProperty("result").GetInt32());
    }

    [Fact]
    public void A_tool_call_and_its_result_are_one_entry()
    {
        var thread = Fold(
            Pushed("tool_call_request", """{"request_id":"r","operation_id":"op","tool_name":"fetch","payload":{"a":1},"reasoning":{"title":"why","description":null,"x":1}}"""),
            Pushed("tool_call_result", """{"request_id":"r","operation_id":"op","tool_name":"fetch","payload":{"a":1},"result":{"rows":2},"is_error":true}"""));

        var call = Assert.Single(thread.GetProperty("messages").EnumerateArray());
        AssertKeys(call, "id", "created_at", "tool_name", "payload", "is_error", "reasoning", "result");
        Assert.Equal("""{"a":1}""", call.GetProperty("payload").GetRawText());
        Assert.Equal("""{"title":"why","description":null}""", call.GetProperty("reasoning").GetRawText());
        Assert.Equal("""{"rows":2}""", call.GetProperty("result").GetRawText());
        Assert.True(call.GetProperty("is_error").GetBoolean());
    }

    [Fact]
    public void A_call_that_is_made_again_in_its_turn_stays_one_entry()
    {
        const string Request = """{"request_id":"r","operation_id":"op"}""";
        var thread = Fold(
            Lifecycle("task_created", """{"input":{"text":"one"}}"""),
            Pushed("tool_call_request", Request),
            Pushed("tool_call_result", """{"request_id":"r","operation_id":"op","result":1}"""),
            Pushed("tool_call_request", Request),
            Pushed("tool_call_result", """{"request_id":"r","operation_id":"op","result":2}"""),
            Lifecycle("task_created", """{"input":{"text":"two"}}"""),
            Pushed("tool_call_request", Request));

        Assert.Equal(["t_user_1", "r", "t_user_2", "r"], Ids(thread));
        Assert.Equal("2", Entry(thread, 1).GetProperty("result").GetRawText());
    }

    [Fact]
    public void An_open_call_and_a_result_without_a_call_are_entries_too()
    {
        var thread = Fold(
            Pushed("tool_call_request", """{"request_id":"r","operation_id":"op"}"""),
            Pushed("tool_call_result", """{"request_id":"lost","operation_id":"op","result":null}"""));

        AssertKeys(Entry(thread, 0), "id", "created_at", "tool_name", "payload", "is_error");
        Assert.Equal("op", Entry(thread, 0).GetProperty("tool_name").GetString());
        Assert.Equal("null", Entry(thread, 0).GetProperty("payload").GetRawText());
        Assert.Equal("lost", Entry(thread, 1).GetProperty("id").GetString());
    }

    [Fact]
    public void Reasoning_comes_from_the_payloads_input_and_always_has_a_confidence()
    {
        var thread = Fold(
            Pushed("think", """{"request_id":"r","payload":{"input":{"title":"Check","confidence":0.8,"thought":"sum","action":"group"}}}"""),
            Pushed("analyze", """{"title":"Look","analysis":{"a":1}}"""),
            Pushed("think", "\"just a thought\""));

        AssertKeys(Entry(thread, 0), "id", "created_at", "type", "title", "confidence", "thought", "action");
        Assert.Equal(0.8, Entry(thread, 0).GetProperty("confidence").GetDouble());
        AssertKeys(Entry(thread, 1), "id", "created_at", "type", "title", "confidence", "analysis");
        Assert.Equal("analyze", Entry(thread, 1).GetProperty("type").GetString());
        Assert.Equal(0, Entry(thread, 1).GetProperty("confidence").GetDouble());
        Assert.Equal("""{"a":1}""", Entry(thread, 1).GetProperty("analysis").GetString());
        Assert.Equal("just a thought", Entry(thread, 2).GetProperty("thought").GetString());
    }

    [Fact]
    public void A_sub_agent_trigger_always_has_reasoning()
    {
        var thread = Fold(Server("sub_agent_trigger", """{"agent_id":"a","query":"Draw","files":["f",7],"reasoning":null,"task_id":"c"}"""));

        AssertKeys(Entry(thread, 0), "id", "created_at", "agent_id", "query", "files", "reasoning");
        Assert.Equal("""["f"]""", Entry(thread, 0).GetProperty("files").GetRawText());
    }

    [Fact]
    public void Auth_entries_have_the_data_of_their_type_and_never_a_token()
    {
        var thread = Fold(
            Pushed("auth_event", """{"type":"login_required","data":{"url":"u","server_url":"s","server_name":"n"}}"""),
            Pushed("auth_event", """{"type":"token_ready","data":{"access_token":"secret"}}"""),
            Pushed("auth_event", """{"type":"token_issue","data":{"message":"m"}}"""));

        AssertKeys(Entry(thread, 0), "id", "created_at", "type", "data");
        Assert.Equal("""{"url":"u","server_url":"s","server_name":"n"}""", Entry(thread, 0).GetProperty("data").GetRawText());
        Assert.Equal("""{"access_token":"REDACTED"}""", Entry(thread, 1).GetProperty("data").GetRawText());
        Assert.Equal("""{"message":"m"}""", Entry(thread, 2).GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("tool_call_request", "null")]
    [InlineData("tool_call_request", "[1]")]
    [InlineData("tool_call_request", "{\"request_id\":5,\"operation_id\":\"o\"}")]
    [InlineData("tool_call_request", "{\"request_id\":\"r\"}")]
    [InlineData("tool_call_result", "\"x\"")]
    [InlineData("think", "17")]
    [InlineData("sub_agent_trigger", "{}")]
    [InlineData("auth_event", "{\"type\":\"other\",\"data\":{}}")]
    [InlineData("auth_event", "{\"type\":\"login_required\",\"data\":null}")]
    [InlineData("chunk", "\"text\"")]
    [InlineData("plan_updated", "{}")]
    [InlineData("context_status", "{}")]
    [InlineData("task_finished", "{\"result\":\"pushed\"}")]
    public void What_fits_no_variant_is_left_out(string type, string data)
    {
        var thread = Fold(Lifecycle("task_created", """{"input":{"text":"hi"}}"""), Pushed(type, data));

        Assert.Equal(["t_user_1"], Ids(thread));
    }

    static StoredEvent Lifecycle(string type, string data) => Of(type, data, EventKind.Lifecycle);

    static StoredEvent Pushed(string type, string data) => Of(type, data, EventKind.Pushed);

    static StoredEvent Server(string type, string data) => Of(type, data, EventKind.Server);

    static StoredEvent Of(string type, string data, EventKind kind) => new(1, type, Start, Encoding.UTF8.GetBytes(data), kind);

    static JsonElement Fold(params StoredEvent[] log) => JsonSerializer.SerializeToElement(
        ActivityFold.Of("t", log.Select(static (e, n) => e with { Sequence = n + 1 })),
        ProtocolJson.Default.AgentActivityThread);

    static JsonElement Entry(JsonElement thread, int index) => thread.GetProperty("messages")[index];

    static IEnumerable<string?> Ids(JsonElement thread) => thread.GetProperty("messages").EnumerateArray().Select(static entry => entry.GetProperty("id").GetString());

    static void AssertKeys(JsonElement entry, params string[] keys) => Assert.Equal(keys, entry.EnumerateObject().Select(static p => p.Name));
}
