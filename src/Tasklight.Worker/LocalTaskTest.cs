using System.Text.Json;
using Tasklight.Protocol;

namespace Tasklight.Worker;

/// <summary>One task for <see cref="AgentWorker.TestAsync(LocalTaskTest, CancellationToken)"/> (contract: worker-protocol §10).</summary>
public sealed record LocalTaskTest
{
    /// <summary>What is asked for.</summary>
    public required AgentExecutionInput Input { get; init; }

    /// <summary>The agent's version, as text; the current one when null.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>The form wanted for the result; the agent's own when null.</summary>
    public OutputFormat? OutputFormat { get; init; }

    /// <summary>A JSON schema for the result; the agent's own when null.</summary>
    public JsonElement? OutputSchema { get; init; }
}
