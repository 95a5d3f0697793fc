namespace Tasklight.Sdk;

/// <summary>Stands for one knowledge base of the Python client; there are none here, and every method says so.</summary>
/// <param name="id">Its id.</param>
public sealed class KnowledgeBase(string id)
{
    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>Always throws.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task DeleteAsync(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public void Delete(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public Task<IReadOnlyList<object>> ListDocumentsAsync(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public IReadOnlyList<object> ListDocuments(CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public Task<IReadOnlyList<object>> AddDocumentsAsync(IReadOnlyList<string> urls, bool sync = false, CancellationToken ct = default) =>
        throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public IReadOnlyList<object> AddDocuments(IReadOnlyList<string> urls, bool sync = false, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public Task<IReadOnlyList<object>> SearchAsync(string query, bool useBubble = false, int bubbleSize = 1000, int topK = 10, CancellationToken ct = default) =>
        throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public IReadOnlyList<object> Search(string query, bool useBubble = false, int bubbleSize = 1000, int topK = 10, CancellationToken ct = default) =>
        throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public Task DeleteMultipleDocumentsAsync(IReadOnlyList<string> documentIds, CancellationToken ct = default) => throw Missing.KnowledgeBases();

    /// <inheritdoc cref="DeleteAsync"/>
    public void DeleteMultipleDocuments(IReadOnlyList<string> documentIds, CancellationToken ct = default) => throw Missing.KnowledgeBases();
}
