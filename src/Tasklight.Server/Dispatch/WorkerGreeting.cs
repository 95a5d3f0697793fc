using Tasklight.Server.Storage;

namespace Tasklight.Server.Dispatch;

/// <summary>Who opens a worker stream, as its request says.</summary>
/// <param name="KeyId">The API key's id.</param>
/// <param name="Address">The peer's address without port.</param>
/// <param name="Instance">The Tasklight worker's stable id; null for a baseline worker.</param>
/// <param name="Environment"><c>local</c> or <c>xpander</c>.</param>
sealed record WorkerGreeting(AgentKey Agent, string KeyId, string Address, string? Instance, string Environment, int Slots)
{
    /// <summary>True when this may be the process of that baseline session, come back.</summary>
    public bool MayContinue(StoredSession session) =>
        Instance is null && session.Instance is null && session.KeyId == KeyId && session.Address == Address;
}
