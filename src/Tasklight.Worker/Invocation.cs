using Tasklight.Protocol;
using Tasklight.Sdk;

namespace Tasklight.Worker;

/// <summary>One task that came over the worker's own HTTP server: who is told its events, and how it ended (contract: worker-protocol §12).</summary>
/// <param name="events">Where the events go; null when the caller waits for the end only.</param>
internal sealed class Invocation(EventReply? events)
{
    /// <summary>The result of a task whose worker leaves.</summary>
    public const string LeftText = "The worker left before the task ended.";

    /// <summary>The task as it ended and was saved; null when it was not.</summary>
    public AgentTask? Ended { get; private set; }

    /// <summary>What the handler raised.</summary>
    public string? Error { get; private set; }

    /// <summary>Why the server took no save.</summary>
    public ModuleException? Refusal { get; private set; }

    public ValueTask TellAsync(TaskUpdateEvent update) => events?.SendAsync(update) ?? ValueTask.CompletedTask;

    public void End(AgentTask task) => Ended = task;

    public void Fail(string error) => Error = error;

    public void Refuse(ModuleException refusal) => Refusal = refusal;
}
