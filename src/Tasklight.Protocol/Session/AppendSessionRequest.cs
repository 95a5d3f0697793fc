namespace Tasklight.Protocol;

/// <summary>Adds steps to a task's session, with what they used (docs/sessions.md).</summary>
public sealed class AppendSessionRequest : IWireRequest
{
    /// <summary>Most steps of one request.</summary>
    public const int MostSteps = 100;

    private const int LongestWord = 64;

    /// <summary>1 to <see cref="MostSteps"/> steps, whose numbers follow each other and the last one stored.</summary>
    public IReadOnlyList<SessionStep> Steps { get; set => field = value ?? []; } = [];

    /// <summary>What they used; counted once, however often the same steps are sent. Null when nothing.</summary>
    public SessionUsage? Usage { get; set; }

    /// <inheritdoc/>
    public void Validate(ICollection<FieldError> errors)
    {
        if (Steps.Count is 0 or > MostSteps)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, $"Send 1 to {MostSteps} steps, not {Steps.Count}.", "steps"));
        }

        WireRules.NoNulls(errors, Steps, "steps");
        for (var i = 0; i < Steps.Count; i++)
        {
            if (Steps[i] is { } step)
            {
                ValidateStep(errors, step, i);
            }
        }

        WireRules.InRange(errors, Usage?.PromptTokens, 0, int.MaxValue, "usage", "prompt_tokens");
        WireRules.InRange(errors, Usage?.CompletionTokens, 0, int.MaxValue, "usage", "completion_tokens");
        WireRules.InRange(errors, Usage?.CachedTokens, 0, Usage?.PromptTokens ?? 0, "usage", "cached_tokens");
        WireRules.InRange(errors, Usage?.ToolCalls, 0, int.MaxValue, "usage", "tool_calls");
    }

    private void ValidateStep(ICollection<FieldError> errors, SessionStep step, int position)
    {
        if (step.Number < 1 || (position > 0 && Steps[position - 1] is { } before && step.Number != before.Number + 1))
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "Steps are numbered from 1 on, without gaps.", "steps", position, "number"));
        }

        if (step.Kind.Length is 0 or > LongestWord)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, $"A kind is a word of 1 to {LongestWord} characters.", "steps", position, "kind"));
        }
        else if (step.Kind == SessionStepKinds.Approval)
        {
            errors.Add(FieldError.InBody(FieldErrorTypes.NotAllowed, "Only the server writes steps of the kind 'approval'.", "steps", position, "kind"));
        }
    }
}
