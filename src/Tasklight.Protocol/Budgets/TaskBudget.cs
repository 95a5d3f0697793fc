using System.Text.Json.Serialization;

namespace Tasklight.Protocol;

/// <summary>What a turn may use (docs/budgets.md). A limit that is null does not bind.</summary>
public sealed record TaskBudget
{
    /// <summary><see cref="Scope"/>: the task alone counts.</summary>
    public const string ScopeTask = "task";

    /// <summary><see cref="Scope"/>: the task counts with all of its sub-tasks.</summary>
    public const string ScopeTree = "tree";

    /// <summary><see cref="Action"/>: the task is stopped, with all of its sub-tasks.</summary>
    public const string ActionStop = "stop";

    /// <summary><see cref="Action"/>: the task is paused, with all of its sub-tasks, until a person grants as much again.</summary>
    public const string ActionPause = "pause";

    private const int DeepestTree = 100;

    private static readonly string[] Scopes = [ScopeTask, ScopeTree];

    private static readonly string[] Actions = [ActionStop, ActionPause];

    /// <summary>Tokens, read and written; at least 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MaxTokens { get; init; }

    /// <summary>Cost, in the currency of the server's setting <c>prices</c>; more than 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? MaxCost { get; init; }

    /// <summary>Tool calls; 0 allows none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? MaxToolCalls { get; init; }

    /// <summary>Seconds in which the task itself is executing, pauses and waiting left out; more than 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaxSeconds { get; init; }

    /// <summary>Levels of sub-tasks below the task; 0 allows none, at most 100.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxDepth { get; init; }

    /// <summary>Whose tokens, cost and tool calls count: <see cref="ScopeTree"/> unless said.</summary>
    // Not init: the JSON source generator gives init-only properties that are absent the type's default.
    public string Scope { get; set => field = value ?? ScopeTree; } = ScopeTree;

    /// <summary>What happens when a limit is reached: <see cref="ActionStop"/> unless said.</summary>
    public string Action { get; set => field = value ?? ActionStop; } = ActionStop;

    internal void Validate(ICollection<FieldError> errors, string name)
    {
        WireRules.InRange(errors, MaxTokens, 1, long.MaxValue, name, "max_tokens");
        WireRules.InRange(errors, MaxToolCalls, 0, long.MaxValue, name, "max_tool_calls");
        WireRules.InRange(errors, MaxDepth, 0, DeepestTree, name, "max_depth");
        Positive(errors, MaxCost is null ? null : (double)MaxCost, name, "max_cost");
        Positive(errors, MaxSeconds, name, "max_seconds");
        WireRules.OneOf(errors, Scope, Scopes, name, "scope");
        WireRules.OneOf(errors, Action, Actions, name, "action");
    }

    private static void Positive(ICollection<FieldError> errors, double? value, params IEnumerable<object> path)
    {
        if (value <= 0 || value > int.MaxValue)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, FormattableString.Invariant($"{value} is not more than 0 and at most {int.MaxValue}."), path));
        }
    }
}
