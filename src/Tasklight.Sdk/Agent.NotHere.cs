namespace Tasklight.Sdk;

/// <content>What the Python client's agents can do and these cannot: each says so in one sentence.</content>
public sealed partial class Agent
{
    /// <summary>Always throws: there are no agent databases.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<string> GetConnectionStringAsync(CancellationToken ct = default) => throw Missing.Databases();

    /// <inheritdoc cref="GetConnectionStringAsync"/>
    public string GetConnectionString(CancellationToken ct = default) => throw Missing.Databases();

    /// <inheritdoc cref="GetConnectionStringAsync"/>
    public Task<object> GetDbAsync(CancellationToken ct = default) => throw Missing.Databases();

    /// <inheritdoc cref="GetConnectionStringAsync"/>
    public object GetDb(CancellationToken ct = default) => throw Missing.Databases();

    /// <summary>Always throws: sessions live in agent databases, and there are none.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<IReadOnlyList<object>> GetUserSessionsAsync(string userId, CancellationToken ct = default) => throw Missing.Sessions();

    /// <inheritdoc cref="GetUserSessionsAsync"/>
    public IReadOnlyList<object> GetUserSessions(string userId, CancellationToken ct = default) => throw Missing.Sessions();

    /// <inheritdoc cref="GetUserSessionsAsync"/>
    public Task<object> GetSessionAsync(string sessionId, CancellationToken ct = default) => throw Missing.Sessions();

    /// <inheritdoc cref="GetUserSessionsAsync"/>
    public object GetSession(string sessionId, CancellationToken ct = default) => throw Missing.Sessions();

    /// <inheritdoc cref="GetUserSessionsAsync"/>
    public Task DeleteSessionAsync(string sessionId, CancellationToken ct = default) => throw Missing.Sessions();

    /// <inheritdoc cref="GetUserSessionsAsync"/>
    public void DeleteSession(string sessionId, CancellationToken ct = default) => throw Missing.Sessions();

    /// <summary>Always throws: there are no knowledge bases.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<IReadOnlyList<KnowledgeBase>> GetKnowledgeBasesAsync(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="GetKnowledgeBasesAsync"/>
    public IReadOnlyList<KnowledgeBase> GetKnowledgeBases(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="GetKnowledgeBasesAsync"/>
    public void AttachKnowledgeBase(string knowledgeBaseId) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="GetKnowledgeBasesAsync"/>
    public object KnowledgeBasesRetriever() => throw Missing.KnowledgeBases();
}
