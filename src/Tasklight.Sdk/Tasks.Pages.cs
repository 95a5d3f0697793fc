using System.Runtime.CompilerServices;
using Tasklight.Protocol;
using Tasklight.Sdk.Http;

namespace Tasklight.Sdk;

/// <content>Long histories, page by page (contract: rest-v1 §3).</content>
public sealed partial class Tasks
{
    /// <summary>All tasks that match, newest first, without an end to their number: pages are fetched as they are needed.</summary>
    /// <param name="agentId">The agent; tasks of all agents when null.</param>
    /// <param name="filters">What must match.</param>
    /// <param name="ct">Ends the reading.</param>
    /// <exception cref="ModuleException">A page could not be fetched; see its kinds.</exception>
    public async IAsyncEnumerable<TasksListItem> ListAllAsync(
        string? agentId = null, TaskFilters? filters = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        string? cursor = null;
        do
        {
            var page = await _transport.SendAsync(ListingPage(agentId, filters, cursor), ct).ConfigureAwait(false);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            cursor = Next(page, cursor);
        }
        while (cursor is not null);
    }

    /// <inheritdoc cref="ListAllAsync"/>
    public IEnumerable<TasksListItem> ListAll(string? agentId = null, TaskFilters? filters = null, CancellationToken ct = default)
    {
        string? cursor = null;
        do
        {
            var page = _transport.Send(ListingPage(agentId, filters, cursor), ct);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            cursor = Next(page, cursor);
        }
        while (cursor is not null);
    }

    // The same page again would be told without end.
    private static string? Next(Page<TasksListItem> page, string? cursor) => page.NextCursor is { } next && next == cursor
        ? throw new ModuleException(500, "Could not list tasks: the answer is not the contract's, its cursor leads to the same page again.")
        : page.NextCursor;

    private static Call<Page<TasksListItem>> ListingPage(string? agentId, TaskFilters? filters, string? cursor) =>
        new(TaskRequests.ListPage(agentId, filters, cursor), ProtocolJson.Default.PageTasksListItem);
}
