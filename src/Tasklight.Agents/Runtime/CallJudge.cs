using System.Text.Json;
using Tasklight.Agents.Session;
using Tasklight.Agents.Tools;

namespace Tasklight.Agents.Runtime;

/// <summary>Decides what is done with a call that has no result, from what the model wrote and what people decided. Nothing that a tool or a prompt says changes it.</summary>
internal sealed class CallJudge(ToolSet tools, IReadOnlyList<ApprovalRule> rules)
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

        return RuleFor(tool) is { } rule ? Decide(state, tool, rule) : Checked(tool, call.Arguments, isApproved: false);
    }

    private CallDecision Decide(CallState state, RuntimeTool tool, ApprovalRule rule)
    {
        // What does not fit is sent back before it costs a person's time.
        if (state.Approval is not { } approval)
        {
            return Checked(tool, state.Call.Arguments, isApproved: true) is CallDecision.Answer refusal ? refusal : new CallDecision.Ask(tool, rule);
        }

        if (!approval.IsApproved())
        {
            return new CallDecision.Answer(
                $"{approval.By ?? "A person"} rejected this call{(string.IsNullOrWhiteSpace(approval.Reason) ? "" : $": {approval.Reason}")}. Do not try to do the same in another way.");
        }

        // Changed arguments are the approver's own; the model's must be those that were shown.
        if (approval.Arguments is { } changed)
        {
            return Checked(tool, changed, isApproved: true);
        }

        return approval.ActionHash == ActionHash.Of(tool.Name, state.Call.Arguments)
            ? Checked(tool, state.Call.Arguments, isApproved: true)
            : new CallDecision.Ask(tool, rule);
    }

    private CallDecision Checked(RuntimeTool tool, JsonElement arguments, bool isApproved)
    {
        var violations = tools.Check(tool, arguments);
        return violations.Count == 0
            ? new CallDecision.Make(tool, arguments, isApproved)
            : new CallDecision.Answer($"The arguments of '{tool.Name}' do not fit its schema:{string.Concat(violations.Select(violation => $"\n- {violation}"))}");
    }

    private ApprovalRule? RuleFor(RuntimeTool tool) =>
        rules.FirstOrDefault(rule => rule.Covers(tool.Name) || rule.Covers(tool.OperationId)) ?? (tool.HoldsApproval ? ApprovalRule.Any : null);
}
