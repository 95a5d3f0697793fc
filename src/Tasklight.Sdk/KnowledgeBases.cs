namespace Tasklight.Sdk;

/// <summary>Stands for the knowledge bases of the Python client; there are none here, and every method says so.</summary>
public sealed class KnowledgeBases
{
    /// <summary>Always throws.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<IReadOnlyList<KnowledgeBase>> ListAsync(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public IReadOnlyList<KnowledgeBase> List(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public Task<KnowledgeBase> GetAsync(string knowledgeBaseId, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public KnowledgeBase Get(string knowledgeBaseId, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public Task<KnowledgeBase> CreateAsync(string name, string? description = null, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public KnowledgeBase Create(string name, string? description = null, CancellationToken ct = default) => throw Missing.KnowledgeBases();
}
