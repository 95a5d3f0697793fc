using Tasklight.Agents.Schema;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;
using Tasklight.Protocol;

namespace Tasklight.Agents.Runtime;

/// <summary>Decides what is done with a call that has no result, from what the model wrote and what people decided. Nothing that a tool or a prompt says changes it.</summary>
internal sealed class CallJudge(ToolSet tools, ApprovalRules rules)
{
    public CallDecision Decide(CallState state)
    {
        var call = state.Call;
        if (state.IsStarted)
        {
            return new CallDecision.Answer(
                "The run was interrupted while this approved call was being made. Its outcome is unknown, and it is not made again. Find out whether it took effect before you do anything else.");
        }

        if (tools.Find(call.Name) is not { } tool)
        {
            return new CallDecision.Answer($"There is no tool '{call.Name}'. The tools are: {tools.Names}.");
        }

        if (call.Problem is { } problem)
        {
            return new CallDecision.Answer($"The arguments of '{call.Name}' are not a JSON object ({problem}). Call it again with arguments that fit its schema.");
        }

        if (call.Origin is { } origin && origin != tool.Origin)
        {
            return new CallDecision.Answer($"'{call.Name}' is another tool now than the one that you called, so the call was not made. Look at the tools again.");
        }

        if (rules.For(tool) is { } rule)
        {
            return Decide(state, tool, rule);
        }

        return Unfit(tool, tools.Check(tool, call.Arguments)) ?? new CallDecision.Make(tool, tool.Complete(call.Arguments), IsApproved: false);
    }

    /// <summary>The tool that the call names; null when there is none.</summary>
    public RuntimeTool? ToolOf(ToolCall call) => tools.Find(call.Name);

    private static bool IsGiven(ApprovalStep approval, AgentApprovalRule rule) => (approval.Approvals ?? [])
        .Where(given => rule.Approvers.Count == 0 || rule.Approvers.Contains(given.KeyId) || rule.Approvers.Contains(given.KeyName))
        .Select(given => given.KeyId).Distinct(StringComparer.Ordinal).Count() >= rule.Required;

    private static string RefusalOf(ApprovalStep approval) => approval.Verdict == ApprovalStep.Expired
        ? "Nobody decided about this call in time, so it was not made."
        : $"{approval.By ?? "A person"} rejected this call{(string.IsNullOrWhiteSpace(approval.Reason) ? "" : $": {approval.Reason}")}. Do not try to do the same in another way.";

    private static CallDecision? Unfit(RuntimeTool tool, IReadOnlyList<SchemaViolation> violations) => violations.Count == 0
        ? null
        : new CallDecision.Answer($"The arguments of '{tool.Name}' do not fit its schema:{string.Concat(violations.Select(violation => $"\n- {violation}"))}");

    private CallDecision Decide(CallState state, RuntimeTool tool, AgentApprovalRule rule)
    {
        if (state.Approval is { Verdict: not ApprovalStep.Approved } refused)
        {
            return new CallDecision.Answer(RefusalOf(refused));
        }

        // What does not fit is sent back before it costs a person's time.
        if (Unfit(tool, tools.Check(tool, state.Call.Arguments)) is { } unfit)
        {
            return unfit;
        }

        var asked = tool.Complete(state.Call.Arguments);
        // Anybody who may write tasks may ask for an approval, of anything and of anybody, and change what the task adds to the arguments:
        // only one that the rule would have asked for, of what would be called now, lets the call through.
        if (state.Approval is not { } approval || !IsGiven(approval, rule))
        {
            return new CallDecision.Ask(tool, asked, rule);
        }

        var arguments = approval.Arguments ?? asked;
        var (action, askedAction) = (ActionHash.Of(tool.Name, arguments), ActionHash.Of(tool.Name, asked));
        if (approval.ActionHash != action || (action != askedAction && !rule.AllowEdit))
        {
            return new CallDecision.Ask(tool, asked, rule);
        }

        // To the letter what was approved.
        return (action == askedAction ? null : Unfit(tool, tools.CheckComplete(tool, arguments))) ?? new CallDecision.Make(tool, arguments, IsApproved: true);
    }
}
