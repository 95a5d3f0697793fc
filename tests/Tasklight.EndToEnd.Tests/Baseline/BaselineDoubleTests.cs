using System.Text.Json.Nodes;

namespace Tasklight.EndToEnd.Tests.Baseline;

/// <summary>The double is as intolerant as the client it stands for (contract: events.md §2, README §§4, 9).</summary>
public sealed class BaselineDoubleTests
{
    [Theory]
    [InlineData("event: ping\n\n")]
    [InlineData("id: 3\n\n")]
    [InlineData("id: 3\ndata: {0}\n\n: keep-alive\n\n")]
    [InlineData("retry: 1000\n\n")]
    [InlineData("data: {\"type\":\"connected\",\"task_id\":\"t\",\"organization_id\":\"o\",\"time\":\"2026-05-13T10:12:04Z\",\"data\":{}}\n\n")]
    [InlineData("data: {\"type\":\"chunk\",\"task_id\":\"t\",\"organization_id\":\"o\",\"time\":\"2026-05-13T10:12:04Z\"}\n\n")]
    [InlineData("data: {\"type\":\"chunk\",\"task_id\":\"t\",\"time\":\"2026-05-13T10:12:04Z\",\"data\":\"x\"}\n\n")]
    [InlineData("data: {\"type\":\"chunk\",\"task_id\":\"t\",\"organization_id\":\"o\",\"time\":\"2026-05-13T10:12:04Z\",\"data\":\"a\u2028b\"}\n\n")]
    public void A_forbidden_frame_raises(string frames) => Assert.Throws<ModelException>(() => Read(frames.Replace("{0}", Chunk, StringComparison.Ordinal)));

    [Theory]
    [InlineData(": hello\n\ndata: {0}\n\n")]
    [InlineData("id: 1\ndata: {0}\n\n: keep-alive\nid: 2\ndata: {0}\n\n")]
    [InlineData("event: anything\ndata: {0}\r\n\r\n")]
    public void An_allowed_one_is_read(string frames) => Assert.NotEmpty(Read(frames.Replace("{0}", Chunk, StringComparison.Ordinal)));

    [Theory]
    [InlineData("status", "\"running\"")]
    [InlineData("agent_version", "3")]
    [InlineData("result", "{}")]
    [InlineData("hitl_request", "{}")]
    [InlineData("configuration", "{}")]
    public void A_task_with_a_breaking_value_is_refused(string key, string value)
    {
        var wire = Task();
        wire[key] = JsonNode.Parse(value);

        Assert.Throws<ModelException>(() => BaselineTask.FromAnswer(wire, null!));
    }

    [Fact]
    public void Keys_left_out_come_back_as_the_clients_artefacts()
    {
        var fields = BaselineTask.FromAnswer(Task(), null!).Fields;

        Assert.Equal("[null]", fields["expected_output"]!.ToJsonString());
        Assert.Equal("[[]]", fields["mcp_servers"]!.ToJsonString());
        Assert.Equal(42, fields.Count);
    }

    const string Chunk = "{\"type\":\"chunk\",\"task_id\":\"t\",\"organization_id\":\"o\",\"time\":\"2026-05-13T10:12:04Z\",\"data\":\"x\"}";

    static JsonObject Task() => new()
    {
        ["id"] = "t",
        ["agent_id"] = "a",
        ["organization_id"] = "o",
        ["input"] = new JsonObject(),
        ["created_at"] = "2026-05-13T10:12:04.123456Z",
        ["something_new"] = true,
    };

    static List<BaselineEvent> Read(string frames)
    {
        var decoder = new SseDecoder();
        var events = new List<BaselineEvent>();
        foreach (var line in frames.ReplaceLineEndings("\n").Split('\n')[..^1])
        {
            if (decoder.Decode(line) is { } sse)
                events.Add(BaselineEvent.Read(sse, null!));
        }

        return events;
    }
}
