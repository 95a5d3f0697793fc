namespace Tasklight.Protocol;

/// <summary>What a worker reports after a run (contract: task-object §12).</summary>
public sealed class ExecutionMetricsReport : IWireRequest
{
    /// <summary>The task.</summary>
    public string ExecutionId { get; set => field = value ?? ""; } = "";

    /// <summary>The task's source.</summary>
    public string Source { get; set => field = value ?? ""; } = "";

    /// <summary>Child tasks; never null.</summary>
    public IReadOnlyList<string> SubExecutions { get; set => field = value ?? []; } = [];

    /// <summary>The task again.</summary>
    public string? MemoryThreadId { get; set; }

    /// <summary>The prompt.</summary>
    public string? Task { get; set; }

    /// <summary>Who started it; the baseline says <c>N/A</c>.</summary>
    public string? TriggeredBy { get; set; }

    /// <summary>Never null.</summary>
    public IReadOnlyList<string> Skills { get; set => field = value ?? []; } = [];

    /// <summary>The task's status, as text.</summary>
    public string? Status { get; set; }

    /// <summary>The task's own status text.</summary>
    public string? InternalStatus { get; set; }

    /// <summary>Seconds; the baseline always says 0.</summary>
    public double? Duration { get; set; }

    /// <summary>The baseline says <c>xpander</c>.</summary>
    public string? AiModel { get; set; }

    /// <summary>Not used.</summary>
    public string? Worker { get; set; }

    /// <summary>Not used.</summary>
    public string? AiEmployeeId { get; set; }

    /// <summary>Names of the tools used.</summary>
    public IReadOnlyList<string>? ApiCallsMade { get; set; }

    /// <summary>The answer.</summary>
    public string? Result { get; set; }

    /// <summary>Tokens used; never null.</summary>
    public ExecutionTokens LlmTokens { get; set => field = value ?? new(); } = new();

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors) => WireRules.Required(errors, ExecutionId, "execution_id");
}
