using System.Text.Json;

namespace Tasklight.Agents.Runtime;

/// <summary>An agent's <c>llm_settings</c>, as far as the runtime knows them. What cannot be read counts as not set.</summary>
internal sealed record LlmSettings
{
    /// <summary>0 to 2; null = the model's own.</summary>
    public float? Temperature { get; init; }

    /// <summary>Tokens of one answer at most; null = the model's own limit.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Tokens of a request and its answer together; null = what is known of the model.</summary>
    public int? ContextWindow { get; init; }

    /// <summary>Calls of the model in a turn; null = 50.</summary>
    public int? MaxTurns { get; init; }

    /// <summary>Tool calls at the same time; null = 8.</summary>
    public int? MaxParallelTools { get; init; }

    /// <summary>Seconds a tool call may take; null = 60.</summary>
    public double? ToolTimeoutSeconds { get; init; }

    public static LlmSettings Of(JsonElement? settings)
    {
        try
        {
            return settings is { ValueKind: JsonValueKind.Object } json ? json.Deserialize(LlmSettingsJson.Default.LlmSettings)! : new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    public RunLimits Limits(int contextWindow) => new()
    {
        MaxTurns = MaxTurns is > 0 ? MaxTurns.Value : RunLimits.DefaultMaxTurns,
        ParallelTools = MaxParallelTools is > 0 ? MaxParallelTools.Value : RunLimits.DefaultParallelTools,
        ToolTime = TimeSpan.FromSeconds(ToolTimeoutSeconds is > 0 and <= 86_400 ? ToolTimeoutSeconds.Value : RunLimits.DefaultToolSeconds),
        ContextWindow = contextWindow,
    };
}
