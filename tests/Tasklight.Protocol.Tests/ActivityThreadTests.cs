using System.Text.Json;

namespace Tasklight.Protocol.Tests;

public sealed class ActivityThreadTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 13, 10, 12, 4, TimeSpan.Zero);

    public static TheoryData<AgentActivityThreadEntry, string> Variants => new()
    {
        {
            new AgentActivityThreadMessage { Id = "1", CreatedAt = Now, Role = ActivityRole.Agent, Content = new() { Text = "hi" } },
            """{"id":"1","created_at":"2026-05-13T10:12:04.000000Z","role":"agent","content":{"text":"hi","files":[]}}"""
        },
        {
            new AgentActivityThreadToolCall { Id = "1", CreatedAt = Now, ToolName = "csv" },
            """{"id":"1","created_at":"2026-05-13T10:12:04.000000Z","tool_name":"csv","payload":null,"is_error":false}"""
        },
        {
            new AgentActivityThreadReasoning { Id = "1", CreatedAt = Now, Type = ReasoningType.Analyze, Title = "t", Action = "a" },
            """{"id":"1","created_at":"2026-05-13T10:12:04.000000Z","type":"analyze","title":"t","confidence":0,"action":"a"}"""
        },
        {
            new AgentActivityThreadSubAgentTrigger { Id = "1", CreatedAt = Now, AgentId = "a", Query = "q" },
            """{"id":"1","created_at":"2026-05-13T10:12:04.000000Z","agent_id":"a","query":"q","files":[],"reasoning":{"title":null,"description":null}}"""
        },
        {
            new AgentActivityThreadAuth { Id = "1", CreatedAt = Now, Type = MCPOAuthResponseType.TokenReady, Data = new() { AccessToken = "REDACTED" } },
            """{"id":"1","created_at":"2026-05-13T10:12:04.000000Z","type":"token_ready","data":{"access_token":"REDACTED"}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Each_variant_is_written_with_its_own_keys_and_known_by_them(AgentActivityThreadEntry entry, string json)
    {
        var thread = new AgentActivityThread { Id = "t", CreatedAt = Now, Messages = [entry] };

        var written = Wire.Write(thread, ProtocolJson.Default.AgentActivityThread);
        var back = Assert.Single(Wire.Read(written, ProtocolJson.Default.AgentActivityThread).Messages);

        Assert.Contains($"\"messages\":[{json}]", written, StringComparison.Ordinal);
        Assert.Equal(entry.GetType(), back.GetType());
        Assert.Equal(json, Wire.Write(back, ProtocolJson.Default.AgentActivityThreadEntry));
    }

    [Theory]
    [InlineData("""{"id": "1", "created_at": "2026-05-13T10:12:04Z"}""")]
    [InlineData("""{"id": "1", "created_at": "2026-05-13T10:12:04Z", "role": "user"}""")]
    [InlineData("[]")]
    public void An_entry_that_fits_no_variant_is_refused(string json) =>
        Assert.Throws<JsonException>(() => Wire.Read(json, ProtocolJson.Default.AgentActivityThreadEntry));

    [Fact]
    public void The_role_assistant_is_refused_here() =>
        Assert.Throws<JsonException>(() => Wire.Read("""{"id": "1", "role": "assistant", "content": {}}""", ProtocolJson.Default.AgentActivityThreadEntry));
}
