using Tasklight.Server.Access;
using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;

namespace Tasklight.Server.Api;

/// <summary>Routes of the contract that this server does not serve yet. They say so, instead of looking like a wrong address (design law 9).</summary>
static class NotServedApi
{
    /// <summary>Where the document lists them.</summary>
    public const string Tag = "Not served";

    const string Knowledge = "This server has no knowledge bases.";
    const string Tools = "This server has no toolkits; the tools of an agent are called at /agents/{agent_id}/operations/{tool_id}.";

    public static void MapNotServed(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags(Tag).RequireScope(Scope.TasksRead | Scope.Worker);
        Say(group, Knowledge, "GET", "/knowledge_bases", "listKnowledgeBases");
        Say(group, Knowledge, "POST", "/knowledge_bases/create", "createKnowledgeBase");
        Say(group, Knowledge, "GET", "/knowledge_bases/{knowledge_base_id}/details", "getKnowledgeBase");
        Say(group, Knowledge, "DELETE", "/knowledge_bases/{knowledge_base_id}/erase", "eraseKnowledgeBase");
        Say(group, Knowledge, "GET", "/knowledge_bases/{knowledge_base_id}/list", "listKnowledgeDocuments");
        Say(group, Knowledge, "POST", "/knowledge_bases/{knowledge_base_id}", "addKnowledgeDocuments");
        Say(group, Knowledge, "GET", "/knowledge_bases/{knowledge_base_id}", "searchKnowledge");
        group.MapDelete("/knowledge_bases/{knowledge_base_id}", DeleteDocumentsAsync)
            .Describe("deleteKnowledgeDocuments", "Not served: 400 without a list of ids, 501 with one").Fails(400, 501);
        Say(group, "This server executes no code; run it in a worker.", "POST", "/tools/{task_id}/xp-code-executor", "executeCode");
        Say(group, "This server keeps no agentic context.", "GET", "/agentic_context/{agent_id}", "getAgenticContext");
        Say(group, "This server keeps no agentic context.", "POST", "/agentic_context/{agent_id}", "setAgenticContext");
        Say(group, "This server has no summarizer.", "POST", "/summarizer/run", "summarize");
        group.MapGet("/agents/{agent_id}/db", NoDatabaseAsync).Describe("getAgentDatabase", "Not served: this server has no agent databases").Fails(404, 501);
        MapRest(group);
        routes.MapGet("/metadata/default_llm_extra_headers", static () => Answers.Json("{}"u8.ToArray())).RequireScope(Scope.TasksRead | Scope.Worker)
            .WithTags("SDK: agents").Describe("getDefaultLlmHeaders", "Headers for every model call: none").Gives<Dictionary<string, string>>();
    }

    static void MapRest(RouteGroupBuilder group)
    {
        Say(group, Knowledge, "GET", "/v1/knowledge", "listKnowledgeV1");
        Say(group, Knowledge, "POST", "/v1/knowledge", "createKnowledgeV1");
        group.MapMethods("/v1/knowledge/{**rest}", ["GET", "POST", "PATCH", "DELETE"], () => Answers.NotImplemented(Knowledge)).ExcludeFromDescription();
        Say(group, Tools, "GET", "/v1/toolkits", "listToolkitsV1");
        group.MapMethods("/v1/toolkits/{**rest}", ["GET", "POST"], () => Answers.NotImplemented(Tools)).ExcludeFromDescription();
        Say(group, "This server has no agent databases.", "GET", "/v1/misc/db", "getDatabaseV1");
        Say(group, "This server does not export agents yet.", "POST", "/v1/agents/{agent_id}/export", "exportAgentV1");
        Say(group, "This server does not import agents yet.", "POST", "/v1/agents/template_import/{template_id}", "importAgentV1");
    }

    static void Say(RouteGroupBuilder group, string sentence, string method, string path, string name) =>
        group.MapMethods(path, [method], () => Answers.NotImplemented(sentence)).Describe(name, $"Not served: {path}").Fails(501);

    // The baseline client means to send a list and sends nothing; taking that for "all" would be a disaster (contract: sdk-http §7).
    static async Task<IResult> DeleteDocumentsAsync(HttpContext context, LimitOptions limits)
    {
        using var body = await RequestBody.ReadAsync(context, limits.Create);
        return body.IsEmpty
            ? Answers.Error(StatusCodes.Status400BadRequest, Protocol.ErrorCodes.MalformedJson, "Send the ids of the documents to delete as a JSON array; nothing was deleted.")
            : Answers.NotImplemented(Knowledge);
    }

    static async Task<IResult> NoDatabaseAsync(HttpContext context, AgentDirectory agents)
    {
        var agentId = context.Part("agent_id");
        return await agents.FindAsync(context.Caller().Organization, agentId, version: null, context.RequestAborted) is null
            ? Answers.NoAgent(agentId)
            : Answers.NotImplemented("This server has no agent databases; set session_storage to false in agno_settings.");
    }
}
