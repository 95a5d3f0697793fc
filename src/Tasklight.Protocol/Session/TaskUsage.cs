using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What the present turn of a task used, and in <see cref="Tree"/> that with all of its sub-tasks.</summary>
public sealed record TaskUsage : UsageTotals
{
    /// <summary>The task and its sub-tasks, theirs included; never null.</summary>
    [JsonPropertyOrder(1)]
    public UsageTotals Tree { get; init => field = value ?? new(); } = new();

    /// <summary>The budget's limit that was reached, by its key: <c>max_tokens</c> … Left out while none is.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reached { get; init; }

    /// <summary>How often people granted as much as the budget says once more. Left out when never.</summary>
    [JsonPropertyOrder(3)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Granted { get; init; }
}
