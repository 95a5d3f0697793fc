using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tasklight.Agents.Models;
using Tasklight.Agents.Runtime;
using Tasklight.EndToEnd.Tests.Sdk;
using Tasklight.Protocol;

namespace Tasklight.EndToEnd.Tests.AgentRuns;

/// <summary>The samples about agents without workers, each a process of its own: the server runs their agents, aimock is the model, all else is real.</summary>
public sealed class AgentSamplesTests(SharedAiMock shared) : IClassFixture<SharedAiMock>, IAsyncLifetime
{
    private static readonly string[] AskedWhetherToRefund =
        ["task_created: Pending", "task_updated: Paused", """Call refund? {"order":"A-17","amount":120}""", "yes, or no and why:", "task_updated: Pending"];

    private ServerFixture _server = null!;
    private Uri _model = null!;

    public async ValueTask InitializeAsync()
    {
        _model = (await shared.WithAsync()).Address;
        // The settings are those that the samples' headers name, without touching the environment of other tests.
        var models = new ModelSettings(name => name == "TASKLIGHT_MODELS_OPENAI_URL" ? _model.ToString() : null);
        _server = await ServerFixture.StartAsync(
            services => services.AddSingleton(new AgentRuntimeOptions { OpenModel = new ModelProviders(models).Open, Access = new() { AllowedHosts = ["127.0.0.1"] } }), "--runtime", "true");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Research_assistant_works_off_its_plan_with_the_tools_of_an_mcp_server()
    {
        await using var library = await EverythingServer.StartAsync();
        await shared.WithAsync(
            Calls("""{"userMessage":"Continue with: write","hasToolResult":false}""", Call("done_2", "xpcomplete_agent_plan_items", $$"""{"ids":["{{PlanItem(1)}}"]}""")),
            Calls("""{"userMessage":"extension members","hasToolResult":false}""", Call("plan", "xpcreate_agent_plan", """{"tasks":[{"title":"look it up"},{"title":"write"}]}""")),
            Calls("""{"toolCallId":"plan"}""", Call("start", "xpstart_execution_plan", "{}")),
            Calls("""{"toolCallId":"start"}""", Call("look", "echo", """{"message":"properties too"}""")),
            Calls("""{"toolCallId":"look"}""", Call("count", "get-sum", """{"a":2,"b":3}""")),
            Calls("""{"toolCallId":"count"}""", Call("done_1", "xpcomplete_agent_plan_items", $$"""{"ids":["{{PlanItem(0)}}"]}""")),
            """{"match":{"toolCallId":"done_1"},"response":{"content":"I have looked it up."}}""",
            """{"match":{"toolCallId":"done_2"},"response":{"content":"Properties too, says echo."}}""");

        var said = await SampleProgram.RunAppliedAsync("20-research-assistant/ResearchAssistant", _server.Configuration(), [("RESEARCH_MCP_URL", library.Address)]);

        Assert.Equal(
            [
                "plan drafted: [ ] look it up, [ ] write",
                "plan: [ ] look it up, [ ] write",
                "plan: [x] look it up, [ ] write",
                "plan: [x] look it up, [x] write",
                "Completed: Properties too, says echo.",
                "2 tool calls, used echo, get-sum",
            ],
            said.Where(line => line.Contains("plan", StringComparison.Ordinal) || line.Contains("Completed", StringComparison.Ordinal) || line.Contains("used", StringComparison.Ordinal)));
        Assert.Contains("""echo {"message":"properties too"}""", said);
        Assert.Contains("echo answered: Echo: properties too", said);
        Assert.Contains("get-sum answered: The sum of 2 and 3 is 5.", said);
    }

    [Fact]
    public async Task Approval_flow_pays_back_once_a_person_has_approved()
    {
        var said = await RunApprovalFlowAsync("yes");

        // The shop and the events are told side by side.
        var paid = Assert.Single(said, line => line.StartsWith("the shop", StringComparison.Ordinal));
        Assert.Equal("""the shop pays back: {"order":"A-17","amount":120}""", paid);
        Assert.Equal(
            [
                .. AskedWhetherToRefund,
                """refund {"order":"A-17","amount":120}""",
                """refund answered {"refunded":true}""",
                "task_finished: Completed",
                "Completed: Your money is on its way.",
            ],
            said.Where(line => line != paid));
    }

    [Fact]
    public async Task Approval_flow_pays_nothing_that_was_rejected_and_the_model_reads_why()
    {
        var said = await RunApprovalFlowAsync("no", "older", "than", "two", "weeks");

        Assert.Equal(
            [
                .. AskedWhetherToRefund,
                "refund failed bootstrap rejected this call: older than two weeks. Do not try to do the same in another way.",
                "task_finished: Completed",
                "Completed: We are sorry: it is too old.",
            ],
            said);
    }

    [Fact]
    public async Task Supervisor_asks_both_sub_agents_and_decides()
    {
        await shared.WithAsync(
            Calls(
                """{"systemMessage":"You are a supervisor","hasToolResult":false}""",
                Call("for", "ask_decision_optimist", """{"task":"What speaks for the countryside?"}"""),
                Call("against", "ask_decision_sceptic", """{"task":"What speaks against the countryside?"}""")),
            """{"match":{"systemMessage":"You are an optimist"},"response":{"content":"Fresh air.","usage":{"prompt_tokens":30,"completion_tokens":5}}}""",
            """{"match":{"systemMessage":"You are a sceptic"},"response":{"content":"Slow trains.","usage":{"prompt_tokens":30,"completion_tokens":6}}}""",
            """{"match":{"systemMessage":"You are a supervisor","hasToolResult":true},"response":{"content":"Stay in town.","usage":{"prompt_tokens":90,"completion_tokens":7}}}""");

        await SampleProgram.RunAppliedAsync("22-supervisor/Supervisor", _server.Configuration(), []);
        var said = await SampleProgram.RunAppliedAsync("22-supervisor/Supervisor", _server.Configuration(), []);

        Assert.Equal(("task_created: Pending", "task_finished: Completed"), (said[0], said[^5]));
        Assert.Contains("a task of its own: What speaks for the countryside?", said);
        Assert.Contains("a task of its own: What speaks against the countryside?", said);
        Assert.Contains("ask_decision_optimist answered", said);
        Assert.Contains("ask_decision_sceptic answered", said);
        Assert.Equal(["decision-optimist, Completed: Fresh air.", "decision-sceptic, Completed: Slow trains."], said[^4..^2].Order(StringComparer.Ordinal));
        Assert.Equal(["decision-supervisor, Completed: Stay in town.", "completion tokens: 10 of the supervisor, 21 of all"], said[^2..]);
        // The second run found the agents of the first.
        Assert.Equal(3, (await new Tasklight.Sdk.Agents(_server.Configuration()).ListAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Pdf_extraction_gives_figures_of_the_schemas_shape()
    {
        var mock = await shared.WithAsync(
            """{"match":{"userMessage":"does not fit the schema"},"response":{"content":"{\"number\":\"2026-0042\",\"seller\":\"Lamps and Sons\",\"date\":\"2026-03-03\",\"currency\":\"EUR\",\"lines\":[{\"text\":\"Desk lamp\",\"amount\":240},{\"text\":\"Bulbs\",\"amount\":59.5},{\"text\":\"Delivery\",\"amount\":12}],\"total\":311.5}"}}""",
            """{"match":{"userMessage":"invoice"},"response":{"content":"{\"number\":\"2026-0042\",\"total\":\"311.50 EUR\"}"}}""");

        var said = await SampleProgram.RunAppliedAsync("23-pdf-extraction/PdfExtraction", _server.Configuration(), []);

        var asked = (await mock.JournalAsync())[0].GetProperty("body").GetRawText();
        Assert.Contains(Convert.ToBase64String("%PDF-1.4\n1 0 ob"u8), asked, StringComparison.Ordinal);
        Assert.Equal(
            [
                "task_created: Pending", "task_finished: Completed", "2026-0042 of Lamps and Sons, 2026-03-03",
                "    240.00  Desk lamp", "     59.50  Bulbs", "     12.00  Delivery", "    311.50  total EUR",
            ],
            said);
    }

    [Fact]
    public async Task Own_tools_are_methods_of_the_program_one_of_which_waits_for_a_person()
    {
        await shared.WithAsync(
            Calls("""{"userMessage":"the lamp Luna","hasToolResult":false}""", Call("look", "in_stock", """{"lamp":"Luna"}""")),
            Calls("""{"toolCallId":"look","toolResultContains":"3"}""", Call("take", "set_aside", """{"lamp":"Luna","pieces":2}""")),
            """{"match":{"toolCallId":"take","toolResultContains":"1 are left"},"response":{"content":"Two are set aside for you."}}""");
        var (agent, program) = await SampleProgram.StartAppliedAsync(
            "24-own-tools/OwnTools", _server.Configuration(), [("TASKLIGHT_MODELS_OPENAI_URL", _model.ToString()), ("OPENAI_API_KEY", "test-key")]);
        using var working = program;

        var task = await new Tasklight.Sdk.Tasks(_server.Configuration()).CreateAsync(agent, "I want two of the lamp Luna.", ct: TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(async () => (await task.ReloadAsync()).Status == AgentExecutionStatus.Paused, "the clerk asks whether it may set lamps aside");
        Assert.Equal(("set_aside", """{"lamp":"Luna","pieces":2}"""), (task.HitlRequest!.ToolName, task.HitlRequest.Arguments!.Value.GetRawText()));
        await task.ApproveAsync(ct: TestContext.Current.CancellationToken);
        await task.WaitForCompletionAsync(ct: TestContext.Current.CancellationToken);

        Assert.Equal((AgentExecutionStatus.Completed, "Two are set aside for you."), (task.Status, task.Result));
        await working.LeaveAsync();
    }

    private static string Calls(string match, params object[] calls) => JsonSerializer.Serialize(new { match = JsonElement.Parse(match), response = new { toolCalls = calls, usage = new { prompt_tokens = 20, completion_tokens = 3 } } });

    private static object Call(string id, string name, string arguments) => new { id, name, arguments };

    // A fixture cannot read the ids that it was told, but they follow from the call that made the plan.
    private static Guid PlanItem(int place) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"plan/{place}")).AsSpan(0, 16));

    private async Task<string[]> RunApprovalFlowAsync(params string[] decision)
    {
        await shared.WithAsync(
            Calls("""{"userMessage":"A-17","hasToolResult":false}""", Call("refund_1", "refund", """{"order":"A-17","amount":120}""")),
            """{"match":{"toolCallId":"refund_1","toolResultContains":"refunded"},"response":{"content":"Your money is on its way."}}""",
            """{"match":{"toolCallId":"refund_1","toolResultContains":"older than two weeks"},"response":{"content":"We are sorry: it is too old."}}""");
        return await SampleProgram.RunAppliedAsync("21-approval-flow/ApprovalFlow", _server.Configuration(), [("REFUNDS_URL", $"http://127.0.0.1:{FreePorts.Take()}/refunds")], decision);
    }
}
