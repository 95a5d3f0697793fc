namespace Tasklight.Agents.Runtime;

/// <summary>What bounds a run.</summary>
internal sealed record RunLimits
{
    public const int DefaultMaxTurns = 50;
    public const int DefaultParallelTools = 8;
    public const int DefaultToolSeconds = 60;

    /// <summary>Answers that do not fit and are sent back, in a row.</summary>
    public const int MaxRepairs = 2;

    /// <summary>The part of the window from which on a session is summarised.</summary>
    public const double CompactFrom = 0.8;

    /// <summary>The part of the window from which on a session is summarised before a plan is taken up again.</summary>
    public const double CompactBeforeRetryFrom = 0.25;

    /// <summary>Calls of the model in a turn.</summary>
    public int MaxTurns { get; init; } = DefaultMaxTurns;

    /// <summary>Tool calls at the same time.</summary>
    public int ParallelTools { get; init; } = DefaultParallelTools;

    /// <summary>How long a tool call may take.</summary>
    public TimeSpan ToolTime { get; init; } = TimeSpan.FromSeconds(DefaultToolSeconds);

    /// <summary>Tokens that a request and its answer may have together.</summary>
    public int ContextWindow { get; init; } = 128_000;

    /// <summary>Tokens from which on the session is summarised.</summary>
    public int CompactAt => (int)(ContextWindow * CompactFrom);
}
