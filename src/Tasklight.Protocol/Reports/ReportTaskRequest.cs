using System.Text.Json;

namespace Tasklight.Protocol;

/// <summary>A run that happened elsewhere, told after the fact (contract: sdk-http §6.6).</summary>
public sealed class ReportTaskRequest : IWireRequest
{
    /// <summary>The run's id outside; the same id again updates the record; null = the server makes one.</summary>
    public string? Id { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The prompt.</summary>
    public string? Input { get; set; }

    /// <summary>What the model answered, kept as it is; any JSON.</summary>
    public JsonElement? LlmResponse { get; set; }

    /// <summary>Tokens used.</summary>
    public Tokens? Tokens { get; set; }

    /// <summary>Completed or failed; completed unless said.</summary>
    public bool IsSuccess { get; set; } = true;

    /// <summary>The answer.</summary>
    public string? Result { get; set; }

    /// <summary>Seconds; 0 unless said.</summary>
    public double Duration { get; set; }

    /// <summary>Names of the tools used; never null.</summary>
    public IReadOnlyList<string> UsedTools { get; set => field = value ?? []; } = [];

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        WireRules.Id(errors, Id, "id");
        WireRules.NoNulls(errors, UsedTools, "used_tools");
        WireRules.InRange(errors, Duration, 0, double.MaxValue, "duration");
    }
}
