using Tasklight.Protocol;

namespace Tasklight.Server.Api;

/// <summary>Fields that were rendered, and the JSON once it was asked for twice.</summary>
sealed record RenderedTask(AgentTaskFields Fields, byte[]? Json);
