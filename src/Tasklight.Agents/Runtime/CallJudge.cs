using System.Text.Json;
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

        return rules.For(tool) is { } rule ? Decide(state, tool, rule) : Checked(tool, call.Arguments, isApproved: false);
    }

    /// <summary>The tool that the call names; null when there is none.</summary>
    public RuntimeTool? ToolOf(ToolCall call) => tools.Find(call.Name);

    private CallDecision Decide(CallState state, RuntimeTool tool, AgentApprovalRule rule)
    {
        // What does not fit is sent back before it costs a person's time.
        if (state.Approval is not { } approval)
        {
            return Checked(tool, state.Call.Arguments, isApproved: true) is CallDecision.Answer refusal ? refusal : new CallDecision.Ask(tool, rule);
        }

        if (approval.Verdict != ApprovalStep.Approved)
        {
            return new CallDecision.Answer(RefusalOf(approval));
        }

        // Of the model's arguments or an approver's: what was approved is what is called, to the letter.
        var arguments = approval.Arguments ?? state.Call.Arguments;
        return approval.ActionHash == ActionHash.Of(tool.Name, arguments)
            ? Checked(tool, arguments, isApproved: true)
            : new CallDecision.Ask(tool, rule);
    }

    private static string RefusalOf(ApprovalStep approval) => approval.Verdict == ApprovalStep.Expired
        ? "Nobody decided about this call in time, so it was not made."
        : $"{approval.By ?? "A person"} rejected this call{(string.IsNullOrWhiteSpace(approval.Reason) ? "" : $": {approval.Reason}")}. Do not try to do the same in another way.";

    private CallDecision Checked(RuntimeTool tool, JsonElement arguments, bool isApproved)
    {
        var violations = tools.Check(tool, arguments);
        return violations.Count == 0
            ? new CallDecision.Make(tool, arguments, isApproved)
            : new CallDecision.Answer($"The arguments of '{tool.Name}' do not fit its schema:{string.Concat(violations.Select(violation => $"\n- {violation}"))}");
    }
}
