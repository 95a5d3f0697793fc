using Tasklight.Server.Agents;
using Tasklight.Server.Hosting;
using Tasklight.Server.Lifecycle;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Api;

/// <summary>What a tool call of a client needs.</summary>
sealed record ToolServices(TaskService Tasks, ITaskStore Store, AgentDirectory Agents, AgentSecrets Secrets, OperationCaller Operations, LimitOptions Limits);
