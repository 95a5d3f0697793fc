namespace Tasklight.Server.Dispatch;

/// <summary>Wakes the claimer of an agent: it may have work that a free slot can take. A hint, like <see cref="Events.IEventSignal"/>.</summary>
interface IAgentSignal
{
    void Nudge(string organization, string agentId);
}
