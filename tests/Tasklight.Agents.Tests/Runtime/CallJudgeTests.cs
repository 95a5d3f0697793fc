using System.Text.Json;
using Tasklight.Agents.Runtime;
using Tasklight.Agents.Tests.Session;
using Tasklight.Agents.Tests.Tools;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.Agents.Tests.Runtime;

/// <summary>What is done with an open call, from what the model wrote and what people decided.</summary>
public sealed class CallJudgeTests
{
    private const string Arguments = """{"amount":5}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_that_nobody_need_approve_is_made() =>
        Assert.False(Assert.IsType<CallDecision.Make>(await DecideAsync(new SessionBuilder(), rule: "mail")).IsApproved);

    [Theory]
    [InlineData("pay")]
    [InlineData("PAY")]
    [InlineData("p*")]
    [InlineData("*")]
    [InlineData("pa?")]
    public async Task A_rule_covers_names_by_patterns(string rule) => Assert.IsType<CallDecision.Ask>(await DecideAsync(new SessionBuilder(), rule));

    [Fact]
    public async Task Arguments_that_do_not_fit_cost_no_persons_time()
    {
        var decision = await DecideAsync(new SessionBuilder(), "pay", """{"amount":"five"}""");

        Assert.Contains("/amount", Assert.IsType<CallDecision.Answer>(decision).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_is_for_its_hash_alone()
    {
        var right = await DecideAsync(Decided(ActionHash.Of("pay", JsonElement.Parse(Arguments))));
        var other = await DecideAsync(Decided(ActionHash.Of("pay", JsonElement.Parse("""{"amount":6}"""))));
        var none = await DecideAsync(Decided(null));

        Assert.True(Assert.IsType<CallDecision.Make>(right).IsApproved);
        Assert.IsType<CallDecision.Ask>(other);
        Assert.IsType<CallDecision.Ask>(none);
    }

    [Fact]
    public async Task Changed_arguments_are_the_ones_that_are_used_where_they_may_be_changed()
    {
        var changed = JsonElement.Parse("""{"amount":4}""");
        var steps = Decided(ActionHash.Of("pay", changed), arguments: changed);

        var decision = await DecideAsync(steps, new AgentApprovalRule { Tool = "pay", AllowEdit = true });

        Assert.Equal("""{"amount":4}""", Assert.IsType<CallDecision.Make>(decision).Arguments.GetRawText());
        Assert.IsType<CallDecision.Ask>(await DecideAsync(steps));
    }

    [Fact]
    public async Task An_approval_counts_when_the_rule_would_have_asked_for_it()
    {
        var rule = new AgentApprovalRule { Tool = "pay", Required = 2, Approvers = ["ann", "key-ben", "cleo"] };
        var hash = ActionHash.Of("pay", JsonElement.Parse(Arguments));

        Assert.IsType<CallDecision.Make>(await DecideAsync(Decided(hash, by: ["ann", "ben"]), rule));
        Assert.IsType<CallDecision.Ask>(await DecideAsync(Decided(hash, by: ["ann"]), rule));
        Assert.IsType<CallDecision.Ask>(await DecideAsync(Decided(hash, by: ["ann", "ann"]), rule));
        Assert.IsType<CallDecision.Ask>(await DecideAsync(Decided(hash, by: ["ann", "mallory"]), rule));
        Assert.IsType<CallDecision.Ask>(await DecideAsync(Decided(hash, by: [])));
    }

    [Fact]
    public async Task What_the_task_adds_is_asked_with_the_rest_and_asked_again_when_it_changes()
    {
        var asked = Assert.IsType<CallDecision.Ask>(await DecideAsync(Asked(), extension: """{"amount":7}"""));
        var steps = Decided(ActionHash.Of("pay", asked.Arguments), asked.Arguments);

        Assert.Equal("""{"amount":7}""", asked.Arguments.GetRawText());
        Assert.Equal("""{"amount":7}""", Assert.IsType<CallDecision.Make>(await DecideAsync(steps, extension: """{"amount":7}""")).Arguments.GetRawText());
        Assert.Equal("""{"amount":9}""", Assert.IsType<CallDecision.Ask>(await DecideAsync(steps, extension: """{"amount":9}""")).Arguments.GetRawText());
        Assert.Equal(Arguments, Assert.IsType<CallDecision.Ask>(await DecideAsync(steps)).Arguments.GetRawText());
    }

    [Fact]
    public async Task A_call_is_not_made_of_another_tool_that_has_the_name_by_now()
    {
        var steps = new SessionBuilder().Turn("Pay").Calls(("p", "pay", Arguments, "mcp shop 0123"));

        Assert.Contains("another tool now", Assert.IsType<CallDecision.Answer>(await DecideAsync(steps)).Error, StringComparison.Ordinal);
        Assert.Contains("another tool now", Assert.IsType<CallDecision.Answer>(await DecideAsync(steps, rule: "nothing")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApprovalStep.Rejected, "No.", "Dana rejected this call: No.")]
    [InlineData(ApprovalStep.Rejected, null, "Dana rejected this call. ")]
    [InlineData(ApprovalStep.Expired, null, "Nobody decided")]
    public async Task What_was_not_approved_is_not_made(string verdict, string? reason, string said)
    {
        var steps = Asked().Decided(new ApprovalStep { WaitNodeId = "p", Verdict = verdict, By = "Dana", Reason = reason });

        Assert.StartsWith(said, Assert.IsType<CallDecision.Answer>(await DecideAsync(steps)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approved_call_that_was_begun_is_never_made_again()
    {
        var steps = Decided(ActionHash.Of("pay", JsonElement.Parse(Arguments))).Started("p");

        Assert.Contains("outcome is unknown", Assert.IsType<CallDecision.Answer>(await DecideAsync(steps)).Error, StringComparison.Ordinal);
    }

    private static SessionBuilder Asked() => new SessionBuilder().Turn("Pay").Calls(("p", "pay", Arguments));

    private static SessionBuilder Decided(string? hash, JsonElement? arguments = null, params IReadOnlyList<string> by) => Asked().Decided(new ApprovalStep
    {
        WaitNodeId = "p",
        Verdict = ApprovalStep.Approved,
        By = "Dana",
        Approvals = [.. by.Select(name => new ApprovalGiven { By = "Dana", KeyId = $"key-{name}", KeyName = name })],
        ActionHash = hash,
        Arguments = arguments,
    });

    private static SessionBuilder Decided(string? hash, JsonElement? arguments = null) => Decided(hash, arguments, "dana");

    private static Task<CallDecision> DecideAsync(SessionBuilder steps, string rule = "pay", string arguments = Arguments, string? extension = null) =>
        DecideAsync(steps, new AgentApprovalRule { Tool = rule }, arguments, extension);

    private static async Task<CallDecision> DecideAsync(SessionBuilder steps, AgentApprovalRule rule, string arguments = Arguments, string? extension = null)
    {
        var session = (steps.Steps.Count == 0 ? steps.Turn("Pay").Calls(("p", "pay", arguments)) : steps).Session;
        var source = FunctionTools.Of("pay", "Pays.", (int amount) => amount);
        var scene = new ToolScene();
        scene.Fields.PayloadExtension = extension is null ? null : JsonElement.Parse(extension);
        await using var tools = await ToolSet.OpenAsync([], [source], null!, scene.Task, Ct);
        return new CallJudge(tools, new ApprovalRules([rule])).Decide(session.OpenCalls[0]);
    }
}
