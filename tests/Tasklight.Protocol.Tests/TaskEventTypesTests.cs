using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class TaskEventTypesTests
{
    [Fact]
    public void Exactly_twelve_types_are_safe_for_the_baseline_client() =>
        Assert.Equal(
            [
                "task_created", "task_updated", "task_finished", "chunk", "auth_event", "tool_call_request", "tool_call_result", "sub_agent_trigger",
                "think", "analyze", "plan_updated", "task_compactization",
            ],
            Enum.GetValues<TaskUpdateEventType>().Select(type => type.ToWire()).Where(TaskEventTypes.IsBaseline));

    [Theory]
    [InlineData("connected", false)]
    [InlineData("gap", false)]
    [InlineData("task_started", false)]
    [InlineData("", false)]
    [InlineData("chunk", true)]
    public void A_type_is_baseline_or_not(string type, bool isBaseline) => Assert.Equal(isBaseline, TaskEventTypes.IsBaseline(type));

    [Fact]
    public void Every_type_comes_back_from_its_word() =>
        Assert.All(Enum.GetValues<TaskUpdateEventType>(), type => Assert.True(TaskEventTypes.TryParse(type.ToWire(), out var back) && back == type));

    [Fact]
    public void An_event_of_a_newer_type_is_read_and_written_like_any_other()
    {
        const string Json = """{"type":"inline_card","task_id":"1","organization_id":"2","time":"2026-05-13T10:12:04.000000Z","data":null}""";

        Assert.Equal(Json, Wire.Write(Wire.Read(Json, ProtocolJson.Default.TaskUpdateEvent), ProtocolJson.Default.TaskUpdateEvent));
    }

    [Fact]
    public void Data_that_was_not_given_is_written_as_null() =>
        Assert.Contains("\"data\":null", Wire.Write(Wire.Read("""{"type": "chunk"}""", ProtocolJson.Default.TaskUpdateEvent), ProtocolJson.Default.TaskUpdateEvent), StringComparison.Ordinal);

    [Fact]
    public void A_tool_result_has_the_keys_of_the_request_first() =>
        Assert.Equal(
            """{"request_id":"r","operation_id":"o","tool_call_id":null,"graph_node_id":null,"tool_name":null,"payload":null,"reasoning":null,"result":[1],"is_error":true}""",
            Wire.Write(
                new ToolCallResult { RequestId = "r", OperationId = "o", Result = JsonElement.Parse("[1]"), IsError = true }, ProtocolJson.Default.ToolCallResult));
}
