using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Worker;

namespace Tasklight.Agents.Runtime;

/// <summary>Tells how full the model's window is, each time the whole percent changes (contract: events §4).</summary>
internal sealed class ContextTelling(TaskContext context, RunLimits limits)
{
    private (int Percent, bool IsCompacting)? _told;

    /// <summary>Tells it, unless that was told last.</summary>
    /// <param name="tokens">What the next request takes, estimated.</param>
    /// <param name="isCompacting">The session is to be summarised now.</param>
    public ValueTask TellAsync(long tokens, bool isCompacting)
    {
        var percent = Math.Min(100, 100.0 * tokens / limits.ContextWindow);
        var now = ((int)percent, isCompacting);
        if (_told == now)
        {
            return ValueTask.CompletedTask;
        }

        _told = now;
        var status = new ContextStatus
        {
            EstimatedTokens = (int)Math.Min(int.MaxValue, tokens),
            ContextWindow = limits.ContextWindow,
            Percent = Math.Round(percent, 1),
            AutoCompactThreshold = limits.CompactAt,
            // Only the provider's refusal of a longer request makes a summary an emergency.
            EmergencyThreshold = limits.ContextWindow,
            Compacting = isCompacting,
        };
        return context.PushAsync(TaskEventTypes.ContextStatus, JsonSerializer.SerializeToElement(status, ProtocolJson.Default.ContextStatus));
    }
}
