using System.Text.Json;

namespace Tasklight.Sdk;

/// <summary>How an agent's results look.</summary>
/// <param name="OutputSchema">A JSON schema of the result; only for JSON.</param>
/// <param name="IsMarkdown">The result is Markdown.</param>
/// <param name="UseJsonMode">The result is JSON.</param>
public sealed record AgentOutput(JsonElement? OutputSchema, bool IsMarkdown, bool UseJsonMode);
