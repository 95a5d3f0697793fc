using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Sdk.Tests;

public sealed class EventDataTests
{
    [Fact]
    public void Each_type_is_read_as_what_it_says()
    {
        Assert.Equal("http://login", Of("auth_event", """{"type":"login_required","data":{"url":"http://login"}}""").AsAuthEvent()?.Data.Url);
        Assert.Equal("clock", Of("tool_call_request", """{"request_id":"1","operation_id":"clock"}""").AsToolCallRequest()?.OperationId);
        Assert.True(Of("tool_call_result", """{"request_id":"1","operation_id":"clock","is_error":true}""").AsToolCallResult()?.IsError);
        Assert.Equal("a", Of("plan_updated", """{"tasks":[{"id":"1","title":"a"}]}""").AsPlan()?.Tasks.Single().Title);
        Assert.Equal("retry", Of("task_compactization", """{"type":"retry","data":{"is_retry":true}}""").AsCompactization()?.Type);
        Assert.Equal(12.5, Of("context_status", """{"percent":12.5}""").AsContextStatus()?.Percent);
        Assert.Equal("b", Of("sub_agent_trigger", """{"agent_id":"b","reasoning":{}}""").AsSubAgentTrigger()?.AgentId);
    }

    [Fact]
    public void A_word_of_tomorrow_is_no_known_type() =>
        Assert.Equal((TaskUpdateEventType.Chunk, null), (Of("chunk", "\"a\"").KnownType(), Of("inline_card", "{}").KnownType()));

    [Fact]
    public void A_step_of_reasoning_is_a_tool_call_or_a_bare_text()
    {
        var step = Of("think", """{"request_id":"1","operation_id":"think","payload":{"input":{"title":"t","confidence":0.5,"thought":"hm"}}}""").AsReasoning();

        Assert.Equal(("t", 0.5, "hm"), (step?.Title, step?.Confidence, step?.Thought));
        Assert.Equal("hm", Of("analyze", "\"hm\"").AsReasoning()?.Thought);
    }

    [Theory]
    [InlineData("chunk", "{}")]
    [InlineData("think", "[]")]
    [InlineData("think", """{"payload":{"input":7}}""")]
    [InlineData("auth_event", "7")]
    public void Another_shape_is_null_not_an_error(string type, string data)
    {
        var update = Of(type, data);

        Assert.Null((object?)update.AsChunk() ?? (object?)update.AsReasoning() ?? update.AsAuthEvent());
    }

    private static TaskUpdateEvent Of(string type, string data) => new() { Type = type, TaskId = "t", OrganizationId = "o", Time = DateTimeOffset.UnixEpoch, Data = JsonElement.Parse(data) };
}
