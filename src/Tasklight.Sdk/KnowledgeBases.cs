namespace Tasklight.Sdk;

/// <summary>Stands for the knowledge bases of the Python client; there are none here, and every method says so.</summary>
public sealed class KnowledgeBases
{
    /// <summary>Always throws.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task<IReadOnlyList<object>> ListAsync(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public IReadOnlyList<object> List(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public Task<object> GetAsync(string knowledgeBaseId, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public object Get(string knowledgeBaseId, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public Task<object> CreateAsync(string name, string? description = null, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="ListAsync"/>
    public object Create(string name, string? description = null, CancellationToken ct = default) => throw Missing.KnowledgeBases();
}
