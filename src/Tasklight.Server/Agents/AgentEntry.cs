using System.Text.Json;
using Tasklight.Protocol;
using Tasklight.Server.Storage;

namespace Tasklight.Server.Agents;

/// <summary>An agent as it is kept in memory: what is stored, and both its documents read. Shared by all requests: never change one.</summary>
sealed record AgentEntry(StoredAgent Stored, AgentFields Draft, AgentFields? Deployed)
{
    public static AgentEntry Of(StoredAgent stored)
    {
        var draft = Read(stored, stored.Draft);
        var deployed = stored.Deployed is null ? null : Read(stored, stored.Deployed);
        draft.Version = stored.Version;
        draft.HasPendingChanges = deployed is null || !stored.Draft.AsSpan().SequenceEqual(stored.Deployed);
        deployed?.Version = stored.Version;
        deployed?.HasPendingChanges = draft.HasPendingChanges;
        return new(stored, draft, deployed);
    }

    /// <summary>An older deployed version.</summary>
    public AgentFields Old(byte[] document, int version)
    {
        var agent = Read(Stored, document);
        agent.Version = version;
        agent.IsLatest = false;
        return agent;
    }

    /// <summary>The document of an agent: without what the row knows better, so that equal definitions are equal bytes.</summary>
    public static byte[] Write(AgentFields agent)
    {
        var document = agent.Clone();
        (document.Version, document.HasPendingChanges, document.IsLatest, document.CreatedAt, document.UpdatedAt) = (0, false, true, null, null);
        return JsonSerializer.SerializeToUtf8Bytes(document, ProtocolJson.Default.AgentFields);
    }

    static AgentFields Read(StoredAgent stored, byte[] document)
    {
        var agent = JsonSerializer.Deserialize(document, ProtocolJson.Default.AgentFields)!;
        (agent.Id, agent.OrganizationId, agent.CreatedAt, agent.UpdatedAt) = (stored.Id, stored.Organization, stored.CreatedAt, stored.UpdatedAt);
        return agent;
    }
}
