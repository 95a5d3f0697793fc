using System.Text.Json;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools;

/// <summary>One call of a tool.</summary>
/// <param name="CallId">The call's id: unique within the task, the same when the call is made again after a crash.</param>
/// <param name="Arguments">The arguments, a JSON object; the model's, or a person's who changed them when approving, with the task's <c>payload_extension</c> merged in by the tools that take one.</param>
/// <param name="Task">The task the call is made for. It may push events; only the plan tools save it.</param>
public sealed record ToolInvocation(string CallId, JsonElement Arguments, AgentTask Task);
