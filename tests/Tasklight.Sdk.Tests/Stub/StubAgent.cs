namespace Tasklight.Stub;

/// <summary>An agent as a server answers it, with something in every field that the client makes use of.</summary>
internal static class StubAgent
{
    public const string Json =
        """
        {"id":"agent-1","organization_id":"organization-1","name":"4 you & me","status":"ACTIVE","model_provider":"openai","model_name":"m",
         "instructions":{"general":"Be kind.","role":["clerk"],"goal":["order","peace"]},"output_format":"json","output_schema":{"type":"object"},
         "llm_extra_headers":{"X-Team":"agent"},"tools":[{"id":"t","name":"clock","method":"POST","path":"/t"}],
         "graph":[{"item_id":"child","type":"agent","targets":[]},{"item_id":"m","type":"mcp","targets":[],"settings":{"mcp_settings":{"name":"maps","url":"http://maps"}}}]}
        """;
}
