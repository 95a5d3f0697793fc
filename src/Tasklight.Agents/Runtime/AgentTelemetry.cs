using System.Diagnostics;
using Tasklight.Agents.Tools;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>What the runtime tells OpenTelemetry: an activity for every model turn and every tool call; never a prompt or an argument.</summary>
internal static class AgentTelemetry
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Tasklight.Agents";

    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? StartModel(string model, AgentTask task) => Tagged(Source.StartActivity("chat"), task)?.SetTag("gen_ai.request.model", model);

    public static Activity? StartTool(RuntimeTool tool, AgentTask task) => Tagged(Source.StartActivity("execute_tool"), task)?.SetTag("gen_ai.tool.name", tool.Name);

    private static Activity? Tagged(Activity? activity, AgentTask task) => activity?.SetTag("tasklight.task.id", task.Id).SetTag("tasklight.agent.id", task.AgentId);
}
