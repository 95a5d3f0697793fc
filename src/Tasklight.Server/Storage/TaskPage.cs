namespace Tasklight.Server.Storage;

/// <summary>One page. <paramref name="Next"/> is null at the end; <paramref name="Total"/> is capped at <see cref="TaskQuery.CountUpTo"/>.</summary>
sealed record TaskPage(IReadOnlyList<Protocol.TasksListItem> Items, string? Next, int Total);
